"""The words of ours that stand on every site, for those who have never seen a procedure written this way."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "Approval": "A yes or no by somebody who is entitled to it. Without the yes nothing after it begins.",
    "Automated": "Said of a step that the machine carries out. People may have to look at it all the same.",
    "Caution": "What can damage equipment or data. It stands before the step that it is about.",
    "Check": "A step that is done before the first one, to see whether the procedure may begin.",
    "Decision": "A fork in the way. It says who or what decides, and which step comes next.",
    "Deviation": "What was not done as it is written, with the reason. It is kept in the record.",
    "Evidence": "A file that is kept as proof that a step was done.",
    "Expected": "What must come out of a step before it counts as done.",
    "Group": "A folder of procedures that belong together, with an owner.",
    "Hazard": "What can go wrong. It stands at the beginning, and again beside its step.",
    "Input": "A value that a run begins with, such as the name of a host.",
    "Note": "What is good to know. Nothing breaks without it.",
    "Owner": "Whoever answers for a procedure being right.",
    "Practice": "The ITIL 4 practice that a procedure belongs to.",
    "Procedure": "A piece of work that is written down, step by step; its definition is called a process.",
    "Record": "What is kept of a run: who did what, when, with which result. Nobody can change it unseen.",
    "Review": "A look at a procedure by its owner, to see whether it is still true.",
    "Role": "A part that somebody plays in a procedure. One person may play several, unless it says otherwise.",
    "Run": "One time that a procedure is carried out.",
    "Step": "One thing to do. Its number is the same on this page, on paper, and in the run.",
    "Strict": "Said of a procedure from which only one role may deviate.",
    "Success rate": "How many of the runs that ended did what they were meant to.",
    "Undo": "The way back after a step.",
    "Warning": "What can hurt people or stop a service. It stands before the step that it is about.",
}
"""Each word with what it means, as Markdown."""
