"""How long people were at what, without anybody writing it down.

An item takes its person's time while it stands in an active column and is neither blocked nor waiting, inside of their
open hours; what goes on at the same time shares that time equally.

Rule 1: nothing is counted twice: what a person spends on all items is never more than their open hours.
Rule 2: who says how long it was is believed, and the correction stands in the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from runbook.operations.flow import Passage, blocks_of
from runbook.operations.intervals import Interval, length, union, within, without

_ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which one person may have been at one item."""

    item: str
    start: int
    end: int
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """What one person has spent in a time, in seconds: on each item, and on nothing of it."""

    by_item: Mapping[str, Fraction]
    planned: Fraction
    reactive: Fraction
    open: int

    @property
    def idle(self) -> Fraction:
        """The open hours in which they were at no item."""
        return self.open - self.planned - self.reactive


def at_work(passage: Passage, until: int, pauses: Iterable[Interval] = ()) -> tuple[Interval, ...]:
    """When an item was in active columns and neither blocked nor waiting, whosever it was."""
    ended = [end for end in (passage.finished, passage.cancelled) if end is not None]
    last = min((until, *ended))
    active = [
        (visit.start, min(last, visit.end if visit.end is not None else last))
        for visit in passage.visits
        if visit.state == _ACTIVE
    ]
    return without(active, [*blocks_of(passage, until), *pauses])


def spent(stretches: Iterable[Stretch], open: Iterable[Interval]) -> Spent:
    """How one person's open hours went to items: each second is shared by all that go on in it."""
    hours = union(open)
    by_item: dict[str, list[Interval]] = {}
    planned: set[str] = set()
    for each in stretches:
        by_item.setdefault(each.item, []).append((each.start, each.end))
        if each.planned:
            planned.add(each.item)
    shared = _shared({item: within(times, hours) for item, times in by_item.items()})
    total = sum(shared.values(), Fraction())
    of_plan = sum((seconds for item, seconds in shared.items() if item in planned), Fraction())
    return Spent(shared, of_plan, total - of_plan, length(hours))


def _shared(times: Mapping[str, Sequence[Interval]]) -> dict[str, Fraction]:
    changes = sorted(
        change
        for item, each in times.items()
        for start, end in each
        for change in ((start, True, item), (end, False, item))
    )
    found = {item: Fraction() for item in times}
    began: dict[str, Fraction] = {}
    each_had, last = Fraction(), 0  # the first: what an item had by now that was at work from the beginning
    for moment, begins, item in changes:
        if began and moment > last:
            each_had += Fraction(moment - last, len(began))
        last = moment
        if begins:
            began.setdefault(item, each_had)
        elif item in began:
            found[item] += each_had - began.pop(item)
    return found


def corrected(found: Mapping[str, Fraction], corrections: Mapping[str, int]) -> dict[str, Fraction]:
    """The time of each item, where somebody has said how long it was, as they said."""
    return {**found, **{item: Fraction(seconds) for item, seconds in corrections.items()}}


def interruptions(stretches: Iterable[Stretch]) -> int:
    """How often reactive work was begun while planned work was going on; one that was only held up counts once."""
    known = tuple(stretches)
    planned = union((each.start, each.end) for each in known if each.planned)
    began = {
        (each.item, span) for each in known if not each.planned for span in planned if span[0] < each.start < span[1]
    }
    return len(began)
