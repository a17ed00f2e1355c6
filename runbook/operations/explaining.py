"""Why a clock says what it says: every stretch of time since it started, what of it was counted, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runbook.operations.clock import Clock
from runbook.operations.cycle import PAUSED, RUNNING, Cycle, Goal, Interval, Retargeted

CLOSED = "closed"
"""What a stretch is in which the clock ran, and its calendar was closed."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time of one sort: `running`, `closed`, `paused` or `resolved`."""

    cycle: int
    start: int
    end: int
    kind: str
    counted: int
    total: int
    """What had been counted at its end."""
    reason: str = ""
    party: str = ""


def stretches(clock: Clock) -> Iterator[Stretch | Retargeted]:
    """Everything about the time of a clock, in order, by the target that holds now, with the changes of the target."""
    for cycle in clock.cycles:
        end = clock.now if cycle.ended_at is None else cycle.ended_at
        changes = list(cycle.retargets)
        for stretch in _of_cycle(cycle, end):
            while changes and changes[0].at <= stretch.start:
                yield changes.pop(0)
            yield stretch
        yield from changes


def _of_cycle(cycle: Cycle, end: int) -> Iterator[Stretch]:
    total = 0
    for interval in cycle.intervals:
        until = end if interval.end is None else min(interval.end, end)
        for stretch in _of_interval(cycle, interval, until, total):
            total = stretch.total
            yield stretch


def _of_interval(cycle: Cycle, interval: Interval, until: int, total: int) -> Iterator[Stretch]:
    goal: Goal | None = cycle.goal
    counts = interval.kind == RUNNING or (interval.kind == PAUSED and goal is not None and goal.business_days > 0)
    if goal is None or not counts:
        if interval.start < until:
            reason, party = interval.reason, interval.party
            yield Stretch(cycle.number, interval.start, until, interval.kind, 0, total, reason, party)
        return
    for span in goal.calendar.spans(interval.start, until):
        counted = span.end - span.start if span.open else 0
        total += counted
        kind = RUNNING if span.open else CLOSED
        yield Stretch(cycle.number, span.start, span.end, kind, counted, total, span.reason)
