"""A process is not what people do any more: its review is overdue, or they depart from it in many runs.

What it looks at: the day of its `review`, and the share of runs in which people did otherwise than it says.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Suggestion
from runbook.operations.seconds import seconds
from runbook.operations.subject import DAY

NAME = "stale-doc"
SUGGESTS = "Open a duty to look it over."
LIMITS = {
    "deviations": Limit(20, "The share of the runs in which people do otherwise, at the least.", percent=True),
    "grace": Limit(0, "The days after the day of its review that are not told yet."),
}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The processes that have to be looked over."""
    for subject in evidence.subjects.values():
        if subject.definition is None:
            continue
        told = []
        if subject.review_due:
            over = (evidence.now - seconds(f"{subject.review_due}T00:00:00.000Z")) // DAY
            if over > limits["grace"]:
                told.append(f"its review was due on {subject.review_due}, {over} days ago")
        runs = subject.over
        otherwise = sum(each.departures > 0 for each in runs)
        if at_least(otherwise, len(runs)) > limits["deviations"]:
            told.append(f"people did otherwise than it says in {otherwise} of {len(runs)} runs")
        if told:
            yield Suggestion(
                NAME,
                "look over what it says, with who does it",
                tuple(told),
                "people can follow it again",
                subject.process,
                "",
                "deviations",
                otherwise / len(runs) if runs else 0.0,
                command=f'runbook item open "Look over {subject.process}" --kind duty --process {subject.process}',
            )
