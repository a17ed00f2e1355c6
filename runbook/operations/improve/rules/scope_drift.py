"""Work that no process of the catalogue handles comes again and again.

What it looks at: items that are out of scope, or belong to no process, and are alike. It is a count, no rate: it needs
no interval.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.catalogue import Charter
from runbook.operations.improve.evidence import Evidence
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Suggestion
from runbook.operations.scope import Asked, drift_of
from runbook.operations.subject import DAY, first

NAME = "scope-drift"
SUGGESTS = "Add a process for it, or say who does it instead."
LIMITS = {
    "items": Limit(5, "How many items are alike at least."),
    "days": Limit(30, "Within how many days."),
}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The work that nobody has planned for."""
    asked = [
        Asked(
            work.item.id, work.item.title, work.item.process, work.item.service, work.item.scope, work.item.opened_at,
            int(work.touched),
        )
        for work in evidence.works
        if work.item.scope == "out"
    ]  # fmt: skip
    since = int(evidence.now - limits["days"] * DAY)
    for each in drift_of(asked, evidence.charter or Charter(), since):
        if each.count >= limits["items"]:
            hours = evidence.per_quarter(each.seconds / 3600)
            yield Suggestion(
                NAME,
                f"add a process for what comes again, or say who does it: {each.what}",
                (f"{each.count} items out of scope in {limits['days']:.0f} days: {first(each.items)}",),
                f"{hours:.1f} hours a quarter that are agreed, or not ours",
                "",
                each.what,
                "drift",
                float(each.count),
                hours,
                command="runbook process add TITLE --group GROUP",
            )
