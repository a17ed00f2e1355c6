"""What comes next on each clock of an item while nobody does anything: a share of it that is used up, or a rung."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.operations.ladder import After
from runbook.operations.waking import Judging, label

if TYPE_CHECKING:
    from runbook.operations.clock import Clock
    from runbook.run.events import Recorded


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Something that will come, when, and whom it will tell; nobody for what is only recorded."""

    at: int
    what: str
    to: tuple[str, ...] = ()


def upcoming(
    judging: Judging, item: str, events: Sequence[Recorded], clocks: Sequence[Clock], now: int
) -> dict[str, Upcoming]:
    """By what a clock is called, what comes next on it; a rung rather than a threshold of the same instant."""
    found: dict[str, Upcoming] = {}
    for name, each in (*_rungs(judging, item, events, clocks, now), *_thresholds(clocks, now)):
        if name not in found or each.at < found[name].at:
            found[name] = each
    return found


def _thresholds(clocks: Sequence[Clock], now: int) -> Iterator[tuple[str, Upcoming]]:
    for clock in clocks:
        for each in clock.thresholds() if clock.open else ():
            if each.at is not None and each.at > now:
                yield label(clock), Upcoming(each.at, f"{each.percent}%")


def _rungs(
    judging: Judging, item: str, events: Sequence[Recorded], clocks: Sequence[Clock], now: int
) -> Iterator[tuple[str, Upcoming]]:
    climb = judging.climb(item, events, clocks, now)
    if climb is None:
        return
    for rung, at in climb.first_times():
        clock = next(
            (each for each in clocks if not isinstance(rung.when, After) and each.name == rung.when.clock), None
        )
        if clock is not None and at > now:
            to = [person for name in rung.notify for person in judging.directory.reached(name, climb.facts, at)]
            yield label(clock), Upcoming(at, f"rung {rung.id}", tuple(dict.fromkeys(to)))
