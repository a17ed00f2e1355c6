"""The open items in the order in which they are to be done: each item's standing, from its clock and its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from runbook.operations.clock import Clock, State
from runbook.operations.flow import Passage, cycles
from runbook.operations.item import Item
from runbook.operations.percentiles import percentile
from runbook.operations.priority import USUAL, Priorities, Raised, Standing, order_of, raised

_FEWEST = 11
_PERCENT = 85
_WINDOW = 180 * 86400


@dataclass(frozen=True, slots=True)
class Placed:
    """An open item in its place, with the priority it has now and the words for why."""

    item: Item
    standing: Standing
    raised: Raised


def standing_of(item: Item, clock: Clock | None, now: int, p85: Mapping[str, int]) -> Standing:
    """How an item stands; `clock` is the one that governs it, `p85` the usual cycle time of each kind."""
    cycle = clock.cycle if clock is not None else None
    runs = clock is not None and clock.state is State.RUNNING
    return Standing(
        item.id,
        item.item_class,
        int(item.priority[1:]) if item.priority[1:].isdecimal() else 3,
        item.opened_at,
        clock.used if clock is not None and runs else 0.0,
        cycle.target if cycle is not None else 0,
        (clock.due if clock is not None else None) or item.due or None,
        p85.get(item.kind),
        item.rank if item.rank and (not item.rank_until or now < item.rank_until) else None,
    )


def in_order(
    items: Iterable[Item],
    clock: Callable[[Item], Clock | None],
    now: int,
    p85: Mapping[str, int],
    rules: Priorities = USUAL,
) -> tuple[Placed, ...]:
    """The items in the order in which they are to be done."""
    known = {item.id: item for item in items}
    standings = [standing_of(item, clock(item), now, p85) for item in known.values()]
    return tuple(Placed(known[each.id], each, raised(each, now, rules)) for each in order_of(standings, now, rules))


def usual_cycles(passages: Iterable[Passage], now: int) -> dict[str, int]:
    """The cycle time of each kind that 85 % of its finished items did not exceed, where enough of them are known."""
    groups: dict[str, list[Passage]] = {}
    for each in passages:
        groups.setdefault(each.kind, []).append(each)
    found = {kind: cycles(each, now - _WINDOW, now + 1) for kind, each in groups.items()}
    return {kind: int(percentile(times, _PERCENT)) for kind, times in found.items() if len(times) >= _FEWEST}
