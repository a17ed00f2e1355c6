"""More and more is called critical, or what is called critical is not.

What it looks at: the weekly share of incidents that were opened with the worst severity (an XmR chart), and how many of
those were classified lower afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least, percent, weekly
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Suggestion
from runbook.operations.signals import limits as natural
from runbook.operations.signals import signals
from runbook.operations.subject import Work

NAME = "severity-inflation"
SUGGESTS = "Mend the examples on the form, and say who may call something critical."
LIMITS = {
    "downgraded": Limit(30, "The share of them that are classified lower afterwards, at the least.", percent=True),
    "weeks": Limit(4, "In how many of the newest weeks a signal is looked for."),
}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """That severities say less than they did."""
    order = list(evidence.policy.severities) if evidence.policy else ["critical"]
    incidents = tuple(work for work in evidence.works if work.item.kind == "incident" and first_severity(work))
    worst = order[0]
    shares = weekly(
        incidents, evidence.since, evidence.now, lambda work: work.item.opened_at,
        lambda works: sum(first_severity(work) == worst for work in works) / len(works),
    )  # fmt: skip
    told = []
    newest = [each for each in signals(shares) if each.high and each.at >= len(shares) - limits["weeks"]]
    if newest and (usual := natural(shares)):
        told.append(
            f"{percent(shares[newest[-1].at])} of a week's incidents are {worst}, {percent(usual.mean)} was usual"
        )
    began = [work for work in incidents if first_severity(work) == worst]
    lower = [work for work in began if work.item.severity in order and order.index(work.item.severity) > 0]
    if at_least(len(lower), len(began)) > limits["downgraded"]:
        told.append(f"{len(lower)} of {len(began)} that were {worst} were classified lower afterwards")
    if told:
        yield Suggestion(
            NAME,
            f"mend the examples of `{worst}` on the form",
            tuple(told),
            "what is critical is looked at first again",
            "",
            worst,
            "downgraded",
            len(lower) / len(began) if began else 0.0,
        )


def first_severity(work: Work) -> str:
    """The severity that an item was opened with."""
    return str(work.item.events[0].event.data.get("severity", "")) if work.item.events else ""
