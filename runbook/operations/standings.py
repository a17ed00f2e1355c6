"""How every open item stands at an instant, in the order in which the work is to be done.

Rule 1: an order by hand counts until its time is up; what is paused has used nothing as far as the order goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.operations.clock import Clock, State
from runbook.operations.item_clocks import first_due
from runbook.operations.priority import FIXED_DATE, INTANGIBLE, USUAL, Priorities, Raised, Standing, order_of

if TYPE_CHECKING:
    from runbook.operations.item import Item


@dataclass(frozen=True, slots=True)
class Place:
    """One open item in its place: how it stands, what has raised it, and the clock that is due first."""

    item: Item
    standing: Standing
    raised: Raised
    clock: Clock | None
    clocks: tuple[Clock, ...] = ()

    @property
    def breached(self) -> bool:
        """True when one of its clocks is late, or its promised date is over."""
        return any(clock.open and clock.breached for clock in self.clocks)

    @property
    def at_risk(self) -> bool:
        """True when the first share of its time that is warned at is used up, and it is not late yet."""
        warned = self.clock.warn_at[:1] if self.clock else ()
        return not self.breached and any(self.standing.used * 100 >= percent for percent in warned)


def places_of(
    items: Iterable[Item],
    clocks: Callable[[Item], tuple[Clock, ...]],
    now: int,
    rules: Priorities = USUAL,
    lasts: Callable[[str], int | None] = lambda kind: None,
) -> list[Place]:
    """The items in the order in which they are to be done; `lasts` is the cycle time that 85 % of a kind keep to."""
    found: dict[str, tuple[Item, Clock | None, tuple[Clock, ...]]] = {}
    standings = []
    for item in items:
        all_clocks = clocks(item)
        clock, due = first_due(all_clocks)
        found[item.id] = item, clock, all_clocks
        standings.append(_standing(item, clock, due, now, lasts))
    return [
        Place(found[standing.id][0], standing, raised, *found[standing.id][1:])
        for standing, raised in order_of(standings, now, rules)
    ]


def _standing(
    item: Item, clock: Clock | None, due: int | None, now: int, lasts: Callable[[str], int | None]
) -> Standing:
    running = clock is not None and clock.state is State.RUNNING
    target = clock.goal.seconds if clock is not None and clock.goal is not None else 0
    ranked = item.rank and (not item.rank_until or item.rank_until > now)
    dated = item.item_class in (FIXED_DATE, INTANGIBLE) or not target
    return Standing(
        item.id,
        item.item_class,
        int(item.priority[1:]) if item.priority else 3,
        item.opened_at,
        clock.used if running and clock is not None else 0.0,
        target,
        item.due or due or None,
        lasts(item.kind) if dated else None,
        item.rank if ranked else None,
    )


def waiting_for_people(places: Iterable[Place]) -> list[Place]:
    """Those of the items that somebody could take or go on with now, in their order: not blocked, not waiting."""
    return [place for place in places if not (place.item.blocked or place.item.waiting)]


def views_of(places: Iterable[Place]) -> Mapping[str, list[Place]]:
    """What is done now, what comes next, what has not been looked at, and what is blocked; each in its order."""
    found: dict[str, list[Place]] = {"now": [], "next": [], "inbox": [], "blocked": []}
    for place in places:
        item = place.item
        name = {"active": "now", "committed": "next"}.get(item.state, "inbox")
        found["blocked" if item.blocked else name].append(place)
    return found
