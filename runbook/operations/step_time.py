"""How long people were at the steps of runs, within the hours in which they work: a night in between is no work.

Rule 1: as for work items, only what lies within the hours of whoever did it counts.
Rule 2: what was done wholly outside of them was done all the same: it counts by the clock on the wall.
Rule 3: of whom nobody has written when they work, all counts by the clock on the wall.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from runbook.operations.intervals import Interval, length, within
from runbook.operations.seconds import seconds

if TYPE_CHECKING:
    from runbook.run.effort import Effort, Pass

Hours = Callable[[str], Iterable[Interval] | None]
"""When somebody works; None where nobody has written it."""


def within_hours(efforts: Iterable[Effort], hours: Hours) -> tuple[Effort, ...]:
    """The runs, with the time of what people did in them within their hours."""
    known: dict[str, tuple[Interval, ...] | None] = {}

    def open(person: str) -> tuple[Interval, ...] | None:
        if person not in known:
            found = hours(person)
            known[person] = None if found is None else tuple(found)
        return known[person]

    return tuple(replace(each, passes=tuple(_clipped(gone, open(gone.by)) for gone in each.passes)) for each in efforts)


def _clipped(gone: Pass, open: tuple[Interval, ...] | None) -> Pass:
    if open is None or not gone.by or gone.touch is None:
        return gone
    spans = [(seconds(start), seconds(end)) for start, end in gone.at_it]
    inside = length(within(spans, open))
    return replace(gone, touch=float(inside)) if 0 < inside < length(spans) else gone
