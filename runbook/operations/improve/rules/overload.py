"""More is under way than the limits allow, or planned work does not get done, week after week.

What it looks at: the days on which a board was over one of its limits, and the last weeks with a plan.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Suggestion

NAME = "overload"
SUGGESTS = "Commit to less, or move being on call to somebody else."
LIMITS = {
    "over": Limit(20, "The share of the days on which a board is over its limits, at the least.", percent=True),
    "weeks": Limit(3, "How many weeks, one after the other, there was less planned work than is the target."),
}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """That it is too much."""
    for board, (over, of) in sorted(evidence.over_limit.items()):
        if at_least(over, of) > limits["over"]:
            yield Suggestion(
                NAME,
                f"commit to less on the board `{board}`",
                (f"on {over} of {of} days more was under way than its limits allow",),
                "what is begun gets done sooner",
                "",
                board,
                "over_limit",
                over / of,
            )
    last = evidence.weeks[-int(limits["weeks"]) :] if limits["weeks"] else ()
    if len(last) == limits["weeks"] and last and not any(week.good for week in last):
        days = ", ".join(f"{week.days:.1f} in {week.name}" for week in last)
        yield Suggestion(
            NAME,
            "commit to less, or move being on call to somebody else",
            (f"planned days of each person, under the target {len(last)} weeks in a row: {days}",),
            "plans that hold",
            "",
            "weeks",
            "planned_days",
            sum(week.days for week in last) / len(last),
        )
