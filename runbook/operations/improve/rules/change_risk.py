"""Many runs of a process cause an incident.

What it looks at: the runs that an incident is linked with as what has caused it.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Change, Insert, Suggestion
from runbook.operations.subject import first

NAME = "change-risk"
SUGGESTS = "Check before it, have a way back, change less at a time; the patch inserts the check."
LIMITS = {"share": Limit(15, "The share of the runs that cause an incident, at the least.", percent=True)}
_LINES = ("id: check-first", "title: See that nothing speaks against it", "manual: See that nothing speaks against it.")


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The processes that do harm."""
    for subject in evidence.subjects.values():
        over = subject.over
        bad = [each.run for each in over if each.run in subject.caused]
        if at_least(len(bad), len(over)) > limits["share"]:
            items = [item for run in bad for item in subject.caused[run]]
            steps = subject.definition.steps if subject.definition else ()
            yield Suggestion(
                NAME,
                "check before it begins, have a way back, or change less at a time",
                (f"{len(bad)} of {len(over)} runs have caused an incident: {first(items)}",),
                "fewer incidents",
                subject.process,
                "",
                "change_failures",
                len(bad) / len(over),
                change=Change(subject.file, (Insert(steps[0].at, _LINES),)) if steps else None,
            )
