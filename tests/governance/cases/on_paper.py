"""Runs of instructions, in which nothing is executed, and runs that were transcribed from paper."""

from __future__ import annotations

from typing import Any

from tests.governance.case import FORM, RUN, Case, answered

HAND: dict[str, Any] = {
    "text": "- {id: count, shell: 'touch executed; ls | wc -l', outputs: {n: {type: integer}}}\n",
    "begun": ("--instructions",), "step": "count",
}  # fmt: skip
KEPT = "- {id: look, manual: Look}\n- {id: gate, approval: {role: boss}}\n- {id: last, shell: touch executed}\n"
PAPER = f"roles: {{operator: {{}}, boss: {{}}}}\nsteps:\n{KEPT}"
ROWS = (
    {"step": "look", "answer": "done"},
    {"step": "gate", "answer": "approve", "by": "maria"},
    {"step": "last", "answer": "failed", "reason": "It broke"},
)
NEVER = "was transcribed from paper and is never carried on"


def _pasted(by: str, says: str, answer: Any, *words: str, **more: Any) -> Case:
    return Case(by, says, answer=answer, command=answered("count", "done", *words), **HAND, **more)


def _after(says: str, *words: str, code: int = 2) -> Case:
    """Something said to a run that was transcribed."""
    return Case("import-record", says, "look", command=words, text=PAPER, paper=ROWS, transcribed=True, code=code)


def _form(by: str, says: str, *rows: dict[str, Any], **more: Any) -> Case:
    return Case(by, says, command=("import-record", FORM), text=PAPER, paper=rows, **more)


CASES = {
    "another command without a reason": _pasted(
        "reason", "needs a reason", {"fields": {"command": "ls", "stdout": "1"}}, "-f", "command=ls", "-f", "stdout=1",
        on_paper="needs a reason",
    ),
    "output that was not pasted": _pasted("outputs", "`stdout` of `count` is needed", {"fields": {"exit_code": 0}},
        "-f", "exit_code=0", on_paper="must be filled in"),
    "a box that is not there": _pasted(
        "outputs", "`weather` is not a", {"fields": {"weather": "fine", "stdout": "1"}}, "-f", "weather=fine", "-f",
        "stdout=1",
    ),
    "an exit code that can't be": _pasted(
        "outputs", "`exit_code`", {"fields": {"exit_code": 300, "stdout": "1"}}, "-f", "exit_code=300", "-f",
        "stdout=1",
    ),
    "retrying what was transcribed": _after(NEVER, "retry", RUN, "--yes", "--reason", "Once more"),
    "undoing what was transcribed": _after(NEVER, "undo", RUN, "--yes", "--reason", "Once more"),
    "answering what was transcribed": _after("has ended (failed)", *answered("last", "done"), code=5),
    "going back in what was transcribed": _after(
        "has ended (failed)", "back", RUN, "look", "--reason", "Once more", code=5
    ),
    "a yes carried over from paper": _after(
        "`gate` was approved on paper", "rerun", RUN, "--from", "last", "--yes"
    ),
    "a form that was transcribed before": _after("was transcribed before", "import-record", FORM, code=5),
    "a form of another definition": _form("definition", "is not that of", *ROWS, head={"definition": "0" * 64}),
    "a form without who began": _form("started_by", "`started_by` is missing", *ROWS, head={"started_by": ""}),
    "a form that is not finished": _form("rows", "the form is not finished", *ROWS[:2], head={"zone": "UTC"}),
    "a form that is out of order": _form("needs", "is out of order", *ROWS[1:], head={"zone": "UTC"}),
    "a form from the future": _form(
        "at", "lies in the future", ROWS[0], {**ROWS[1], "at": "2990-01-01 08:00"}, head={"zone": "UTC"}
    ),
    "a form from before its beginning": _form(
        "started_at", "before the run began", {**ROWS[0], "at": "2019-01-01 08:00"}, head={"zone": "UTC"}
    ),
}  # fmt: skip
