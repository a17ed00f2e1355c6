"""How work flows: how much is under way, how old it is, how much gets done and how long it takes.

All of it in calendar time, as the one who waits sees it. Cycle time runs from the commitment point of the board to its
end, lead time from the opening. Times are seconds.

Rule 1: only finished items have a cycle or lead time; what is open has an age and is never averaged into either.
Rule 2: an item is where its last move has put it, from that second on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from runbook.operations.intervals import Interval, length, within
from runbook.operations.percentiles import percentile, share_within

DAY = 86400
LONG = 180 * DAY
_ENOUGH = 11
"""Finished items of a kind that tell how long such items take."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An item's stay in one column; `end` is None while it is there."""

    column: str
    state: str
    """`new`, `committed`, `active` or `finished`."""
    start: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A time in which an item was blocked; `end` is None while it is."""

    reason: str
    start: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """The way of one item over its board."""

    id: str
    kind: str
    opened: int
    started: int | None = None
    """When it was committed to."""
    finished: int | None = None
    cancelled: int | None = None
    visits: tuple[Visit, ...] = ()
    blocks: tuple[Block, ...] = ()
    off_the_clock: tuple[str, ...] = ()
    """The columns in which time does not count for what may be expected."""

    @property
    def cycle(self) -> int | None:
        """From the commitment to the end; None unless it is finished."""
        return None if self.finished is None else self._counted(self._began, self.finished)

    @property
    def lead(self) -> int | None:
        """From the opening to the end; None unless it is finished."""
        return None if self.finished is None else self.finished - self.opened

    def age(self, now: int) -> int | None:
        """How long it is under way; None before it is committed to and after its end."""
        return None if self.started is None or self.ended_by(now) else self._counted(self.started, now)

    def ended_by(self, now: int) -> bool:
        """True when it was finished or cancelled by then."""
        return any(end is not None and end <= now for end in (self.finished, self.cancelled))

    def _counted(self, start: int, end: int) -> int:
        off = [
            (visit.start, end if visit.end is None else visit.end)
            for visit in self.visits
            if visit.column in self.off_the_clock
        ]
        return end - start - length(within(off, [(start, end)]))

    @property
    def _began(self) -> int:
        """What is finished without ever having been committed to began when it was opened."""
        return self.opened if self.started is None else self.started


def under_way(passages: Iterable[Passage], now: int) -> tuple[Passage, ...]:
    """The work in progress: what is committed to and has not ended."""
    return tuple(
        each for each in passages if each.started is not None and each.started <= now and not each.ended_by(now)
    )


def cycles(passages: Iterable[Passage], since: int, until: int) -> tuple[int, ...]:
    """The cycle times of what was finished in a time."""
    return tuple(each.cycle for each in _finished(passages, since, until) if each.cycle is not None)


def leads(passages: Iterable[Passage], since: int, until: int) -> tuple[int, ...]:
    """The lead times of what was finished in a time."""
    return tuple(each.lead for each in _finished(passages, since, until) if each.lead is not None)


def _finished(passages: Iterable[Passage], since: int, until: int) -> tuple[Passage, ...]:
    return tuple(each for each in passages if each.finished is not None and since <= each.finished < until)


def throughput(passages: Iterable[Passage], bounds: Sequence[int]) -> tuple[int, ...]:
    """How many items were finished between each bound and the next, such as on each local day."""
    ends = sorted(each.finished for each in passages if each.finished is not None)
    return tuple(_before(ends, after) - _before(ends, start) for start, after in pairwise(bounds))


def _before(ends: Sequence[int], moment: int) -> int:
    return bisect_left(ends, moment)


def cumulative(passages: Iterable[Passage], moments: Iterable[int]) -> tuple[tuple[int, Mapping[str, int]], ...]:
    """The rows of a cumulative flow diagram: at each moment, how many items stood in each column."""
    known = tuple(passages)
    rows = []
    for moment in moments:
        rows.append((moment, dict(Counter(column for each in known if (column := column_at(each, moment))))))
    return tuple(rows)


def column_at(passage: Passage, moment: int) -> str:
    """The column in which an item stood at a moment; empty before it was opened and once it is cancelled."""
    if passage.cancelled is not None and passage.cancelled <= moment:
        return ""
    for visit in reversed(passage.visits):
        if visit.start <= moment:
            return visit.column if visit.end is None or moment < visit.end else ""
    return ""


def blocked_time(passages: Iterable[Passage], since: int, until: int) -> Mapping[str, int]:
    """How long items were blocked in a time, by reason, the longest first; two items at once count twice."""
    total: Counter[str] = Counter()
    for each in passages:
        for reason in {block.reason for block in each.blocks}:
            total[reason] += length(within(blocks_of(each, until, reason), [(since, until)]))
    return {reason: seconds for reason, seconds in total.most_common() if seconds}


def blocks_of(passage: Passage, until: int, reason: str = "") -> tuple[Interval, ...]:
    """When an item was blocked, for one reason or any; a block that goes on lasts until then."""
    ended = passage.finished if passage.finished is not None else passage.cancelled
    last = until if ended is None else min(ended, until)
    return tuple(
        (block.start, last if block.end is None else min(block.end, last))
        for block in passage.blocks
        if not reason or block.reason == reason
    )


def efficiency(touched: Fraction | int, cycle: int) -> Fraction | None:
    """The share of its cycle time in which somebody was at it; None where there was no cycle time."""
    return Fraction(touched) / cycle if cycle > 0 else None


def _many(kind: str) -> str:
    """More than one of a kind, in words."""
    words = kind.replace("_", " ")
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What may be expected of one kind of work, from what was finished: `percent` of it in `within` seconds."""

    kind: str
    percent: int
    within: int
    samples: tuple[int, ...]

    @property
    def days(self) -> int:
        """The whole days in which so many are done."""
        return -(-self.within // DAY)

    def text(self) -> str:
        """The expectation in words."""
        what = _many(self.kind) if self.kind else "items"
        return f"{self.percent} % of {what} finish in {self.days} {'day' if self.days == 1 else 'days'} or less"

    def chance_at(self, age: int) -> Fraction:
        """The chance that an item of that age is still done in time: (F(within) - F(age)) / (1 - F(age))."""
        older = 1 - share_within(self.samples, age)
        if age >= self.within or not older:
            return Fraction(0)
        return (share_within(self.samples, self.within) - share_within(self.samples, age)) / older


def expectation(samples: Sequence[int], percent: int = 85, min_items: int = 11, kind: str = "") -> Expectation | None:
    """The expectation that cycle times give; None while there are too few of them."""
    if len(samples) < max(min_items, 1):
        return None
    return Expectation(kind, percent, int(percentile(samples, percent)), tuple(sorted(samples)))


def ages_at_exit(passages: Iterable[Passage], column: str) -> tuple[int, ...]:
    """The ages at which finished items have left a column for the last time, the lowest first."""
    ages = []
    for each in passages:
        left = [visit.end for visit in each.visits if visit.column == column and visit.end is not None]
        if each.finished is not None and each.started is not None and left:
            ages.append(max(0, left[-1] - each.started))
    return tuple(sorted(ages))


def band(age: int, ages: Sequence[int], percents: Sequence[int]) -> int:
    """How many of the percentiles an item of that age has passed in its column; 0 while there is nothing to compare."""
    return sum(age > percentile(ages, percent) for percent in percents) if ages else 0


def usual_cycles(passages: Iterable[Passage], now: int) -> dict[str, int]:
    """The cycle time of each kind that 85 % of its finished items did not exceed, where enough of them are known."""
    groups: dict[str, list[Passage]] = {}
    for each in passages:
        groups.setdefault(each.kind, []).append(each)
    found = {kind: cycles(each, now - LONG, now + 1) for kind, each in groups.items()}
    return {kind: int(percentile(times, 85)) for kind, times in found.items() if len(times) >= _ENOUGH}
