"""When the department is open: weekly hours in one time zone, holidays and exceptions, and time counted by them.

Rule 1: time is whole seconds of UTC. Hours and minutes of a target are counted open time.
Rule 2: a window whose end is not after its start goes on into the next day and belongs to the day it starts on. A
  holiday has no windows; an exception takes the place of whatever its day has. Windows that overlap are one.
Rule 3: a time of day that comes twice means the first; one that is skipped is read with the offset before the gap.
  So windows that touch always tile, and a day that is open throughout has as many hours as it really has.
Rule 4: `add` gives the earliest instant at which that much has been counted: a deadline may be closing time.
Rule 12: business days end with the last close of a day that has windows.
"""

from __future__ import annotations

import datetime
import functools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from runbook.errors import Refused
from runbook.operations.zones import zone

DAY = 86400
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_FIRST_YEAR, _LAST_YEAR = 1900, 9990
_LONGEST = 200
"""Years that are looked through before a sum of open time counts as one that never comes together."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")

Window = tuple[int, int]
"""From and to as seconds of the clock on the wall since the midnight its day begins with; `to` may be past the next."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of time that is open or closed as a whole; `reason` says why it is closed."""

    start: int
    end: int
    open: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Year:
    """The open time of one year of UTC: starts and ends of its intervals, and what was counted before each."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    total: int

    def counted(self, second: int) -> int:
        """The open time from the beginning of the year to a second in it."""
        at = bisect_right(self.starts, second) - 1
        return self.before[at] + min(second, self.ends[at]) - self.starts[at] if at >= 0 else 0

    def reached(self, amount: int) -> int:
        """The earliest second at which so much has been counted since the year began; 0 < amount <= total."""
        at = bisect_left(self.before, amount) - 1
        return self.starts[at] + amount - self.before[at]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly windows in a time zone, with the days that differ; days are texts such as `2026-04-03`."""

    id: str
    timezone: str
    weekly: tuple[tuple[Window, ...], ...]
    """The windows of each weekday, Monday first."""
    holidays: Mapping[str, str] = field(default_factory=dict)
    """The days without windows, and what each is called."""
    exceptions: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    """The days with windows of their own."""
    title: str = ""
    _years: dict[int, _Year] = field(default_factory=dict, compare=False, repr=False)

    def elapsed(self, start: int, end: int) -> int:
        """The open time in [start, end); 0 when the end is not after the start."""
        if end <= start:
            return 0
        first, last = _year_of(start), _year_of(end)
        if first == last:
            block = self._year(first)
            return block.counted(end) - block.counted(start)
        whole = sum(self._year(year).total for year in range(first, last))
        return whole + self._year(last).counted(end) - self._year(first).counted(start)

    def add(self, start: int, amount: int) -> int:
        """The earliest instant from `start` on by which `amount` of open time has passed; refused if never."""
        if amount <= 0:
            return start
        first = _year_of(start)
        left = amount + self._year(first).counted(start)
        for year in range(first, min(first + _LONGEST, _LAST_YEAR)):
            block = self._year(year)
            if left <= block.total:
                return block.reached(left)
            left -= block.total
        raise Refused(f"the calendar `{self.id}` never has that much open time", "give it hours")

    def business_days(self, start: int, count: int) -> int:
        """The last close of the working day so many working days after the one that `start` falls on."""
        day = self._local_day(start)
        ends = self._ends(day)
        left = count if ends and max(ends) > start else count + 1
        for ahead in range(1, 366 * _LONGEST):
            if left == 0:
                break
            if ends := self._ends(day + ahead):
                left -= 1
        if not ends:
            raise Refused(f"the calendar `{self.id}` never has that many working days", "give it hours")
        return max(ends)

    def is_open(self, second: int) -> bool:
        """True when that second counts."""
        return self.elapsed(second, second + 1) == 1

    def next_open(self, second: int) -> int:
        """The first second from here on that counts."""
        return second if self.is_open(second) else self.add(second, 1) - 1

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """The time from one instant to another without a gap, as open and closed spans in their order."""
        found: list[Span] = []
        at = start
        for opens, closes in self._intervals(start, end):
            found += self._closed(at, opens)
            found.append(Span(opens, closes, True))
            at = closes
        return (*found, *self._closed(at, end))

    def windows(self, day: str) -> tuple[Window, ...]:
        """The windows of one local day (`2026-04-03`)."""
        return self._windows(datetime.date.fromisoformat(day).toordinal())

    @property
    def ever_open(self) -> bool:
        """True when a week has any window, so that whatever is counted comes together some day."""
        return any(self.weekly)

    def counts_per_week(self) -> int:
        """The open seconds of a week without holidays, by the clock on the wall."""
        windows = [(at * DAY + a, at * DAY + b) for at, day in enumerate(self.weekly) for a, b in day]
        return min(sum(b - a for a, b in _merged(windows)), 7 * DAY)

    def _closed(self, start: int, end: int) -> Iterator[Span]:
        """Closed time, cut where the reason changes: at local midnights."""
        while start < end:
            day = self._local_day(start)
            reason = self._reason(day)
            while self._reason(day + 1) == reason and self._utc(day + 1, 0) < end:
                day += 1
            until = max(start + 1, min(end, self._utc(day + 1, 0)))
            yield Span(start, until, False, reason)
            start = until

    def _reason(self, day: int) -> str:
        date = datetime.date.fromordinal(day)
        text = date.isoformat()
        if self._windows(day):
            return "outside hours"
        if text in self.exceptions:
            return "closed that day"
        if text in self.holidays:
            name = self.holidays[text]
            return f"holiday: {name}" if name else "holiday"
        return f"no hours on {_NAMES[date.weekday()]}"

    def _intervals(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The open intervals within a range; those that meet at the turn of a year are one."""
        found: list[tuple[int, int]] = []
        for year in range(_year_of(start), _year_of(end) + 1):
            block = self._year(year)
            for opens, closes in zip(block.starts, block.ends, strict=True):
                found.append((max(opens, start), min(closes, end)))
        yield from _merged(found)

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._worked_out(year)
        return known

    def _worked_out(self, year: int) -> _Year:
        first = datetime.date(year, 1, 1).toordinal()
        after = datetime.date(year + 1, 1, 1).toordinal()
        begin, end = (first - _EPOCH) * DAY, (after - _EPOCH) * DAY
        found = (
            (max(begin, self._utc(day, opens)), min(end, self._utc(day, closes)))
            for day in range(first - 3, after + 2)  # windows reach into the second day after, zones are 14 hours apart
            for opens, closes in self._windows(day)
        )
        merged = _merged(found)
        sums = tuple(accumulate((b - a for a, b in merged), initial=0))
        return _Year(tuple(a for a, _ in merged), tuple(b for _, b in merged), sums[:-1], sums[-1])

    def _windows(self, day: int) -> tuple[Window, ...]:
        date = datetime.date.fromordinal(day)
        text = date.isoformat()
        if text in self.exceptions:
            return self.exceptions[text]
        return () if text in self.holidays else self.weekly[date.weekday()]

    def _ends(self, day: int) -> list[int]:
        """When the windows of a day close, those that are skipped over by the clock left out."""
        both = ((self._utc(day, opens), self._utc(day, closes)) for opens, closes in self._windows(day))
        return [closes for opens, closes in both if opens < closes]

    def _local_day(self, second: int) -> int:
        return datetime.datetime.fromtimestamp(second, zone(self.timezone)).toordinal()

    def _utc(self, day: int, time: int) -> int:
        """The second of a wall-clock time of a day: the first of two, and read with the offset before a gap."""
        more, time = divmod(time, DAY)
        midnight = datetime.datetime.fromordinal(day + more)
        local = midnight.replace(hour=time // 3600, minute=time // 60 % 60, second=time % 60)
        offset = zone(self.timezone).utcoffset(local)
        assert offset is not None
        return (day + more - _EPOCH) * DAY + time - int(offset.total_seconds())


def _year_of(second: int) -> int:
    return _year_of_day(second // DAY)


@functools.lru_cache(maxsize=4_000)
def _year_of_day(day: int) -> int:
    year = datetime.datetime.fromtimestamp(day * DAY, datetime.UTC).year
    return min(max(year, _FIRST_YEAR), _LAST_YEAR)


def _merged(intervals: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The union of such intervals, in order; what touches is one, and what is empty is none."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(each for each in intervals if each[0] < each[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def overlapping(windows: tuple[Window, ...]) -> bool:
    """True when two windows of one day have time in common."""
    return any(right[0] < left[1] for left, right in pairwise(sorted(windows)))
