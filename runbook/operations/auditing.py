"""What should have come by itself for an item, and did not: rungs, thresholds and ends of waits nobody has recorded.

Rule 1: it is worked out anew from the events, as if nobody had looked after the item: the daemon audits not itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.operations.seconds import seconds
from runbook.operations.waking import Judging, label, unrecorded, waits_until

if TYPE_CHECKING:
    from runbook.operations.item import Item


@dataclass(frozen=True, slots=True)
class Missed:
    """One finding about an item: what sort, what exactly, and since when; `overdue` is in seconds."""

    item: str
    sort: str
    """`rung`, `threshold`, `wait`, `no target` or `no ladder`."""
    what: str
    since: int
    overdue: int

    @property
    def late(self) -> bool:
        """True for what should have come by itself; the rest is for people to mend."""
        return self.sort in ("rung", "threshold", "wait")


def audited(item: Item, judging: Judging, now: int, grace: int) -> Iterator[Missed]:
    """What is amiss with one open item; what came less than `grace` seconds ago may still be on its way."""

    def missed(sort: str, what: str, since: int) -> Iterator[Missed]:
        if not sort.startswith("no ") and now - since <= grace:
            return
        yield Missed(item.id, sort, what, since, now - since)

    clocks = judging.clocks(item.events, now)
    climb = judging.climb(item.id, item.events, clocks, now)
    if climb is not None:
        for due in climb.due(judging.directory, now):
            name = f"{due.rung.id}, repetition {due.n}" if due.n else due.rung.id
            yield from missed("rung", f"{name} of {due.ladder}", due.due_at)
    elif item.severity in ("critical", "major"):
        yield from missed("no ladder", f"no ladder is for a {item.severity} {item.kind}", item.opened_at)
    for clock in clocks:
        for each in unrecorded(clock, item.events):
            if each.at is not None and each.at <= now:
                yield from missed("threshold", f"{each.percent}% of {label(clock)}", each.at)
    if (until := waits_until(item.events)) is not None and until <= now:
        yield from missed("wait", "the end of its wait", until)
    reopened = max((each.seq for each in item.events if each.event.type == "ItemReopened"), default=0)
    for recorded in item.events:
        if recorded.event.type == "EscalationHadNoTarget" and recorded.seq > reopened:
            yield from missed("no target", f"{recorded.event.data['rung']} has reached nobody", seconds(recorded.at))
