"""The same incident comes back: the same service, and the same cause, several times within a month.

What it looks at: incidents by service (by process where none is named) and by the cause that was found; those that a
problem is linked to are in hand. A cause that is found so often is a count, no rate: it needs no interval.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Suggestion
from runbook.operations.subject import DAY, Work, first

NAME = "repeat-incident"
SUGGESTS = "Open a problem, and link the incidents with it."
LIMITS = {
    "incidents": Limit(3, "How many incidents are alike at least."),
    "days": Limit(30, "Within how many days."),
}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The incidents that come back."""
    since = evidence.now - limits["days"] * DAY
    alike: dict[tuple[str, str], list[Work]] = {}
    for work in evidence.works:
        item = work.item
        if item.kind == "incident" and item.cause and item.opened_at >= since and item.status != "cancelled":
            alike.setdefault((item.service or item.process, item.cause.strip().casefold()), []).append(work)
    for (where, cause), works in alike.items():
        in_hand = any(link.relation == "problem" for work in works for link in work.item.links)
        if len(works) < max(2, limits["incidents"]) or in_hand:
            continue
        hours = evidence.per_quarter(sum(work.touched for work in works) / 3600)
        on = f" on {where}" if where else ""
        yield Suggestion(
            NAME,
            f"open a problem for what comes back{on}: {cause}",
            (f"{len(works)} incidents in {limits['days']:.0f} days: {first([work.item.id for work in works])}",),
            f"{hours:.1f} hours a quarter, and as many interruptions less",
            works[0].item.process if len({work.item.process for work in works}) == 1 else "",
            f"{where}: {cause}",
            "incidents",
            float(len(works)),
            hours,
            command=f'runbook item open "Why: {_quoted(cause)}" --kind problem',
        )


def _quoted(text: str) -> str:
    """A text inside of double quotes of a shell."""
    return "".join(each for each in text if each not in '"`$\\!').strip()[:80]
