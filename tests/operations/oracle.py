"""A second opinion about open time: a walk through time in quarters of an hour, written without the calendar's code."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from typing import Any

from runbook.operations.zones import zone

QUARTER = 900
ZONES = (
    *("UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Istanbul", "Europe/Kyiv"),
    *("America/New_York", "America/St_Johns", "America/Sao_Paulo", "America/Santiago", "America/Caracas"),
    *("America/Phoenix", "America/Havana", "Africa/Cairo", "Africa/Casablanca", "Africa/Lagos", "Asia/Kolkata"),
    *("Asia/Kathmandu", "Asia/Tehran", "Asia/Beirut", "Asia/Gaza", "Asia/Tokyo", "Asia/Pyongyang"),
    *("Australia/Lord_Howe", "Australia/Sydney", "Australia/Eucla", "Pacific/Apia", "Pacific/Chatham"),
    "Pacific/Kiritimati",
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def random_calendar(chance: random.Random) -> dict[str, Any]:
    """A calendar as an author could write it: overnight, double, overlapping, never closed, with odd days."""
    begin = datetime.date(chance.randint(2018, 2030), 1, 1) + datetime.timedelta(days=chance.randint(0, 364))
    days = [(begin + datetime.timedelta(days=each)).isoformat() for each in range(14)]
    return {
        "timezone": chance.choice(ZONES),
        "hours": {day: _windows(chance) for day in chance.sample([*_DAYS, "all"], chance.randint(1, 5))},
        "holidays": chance.sample(days, chance.randint(0, 2)),
        "exceptions": {day: _windows(chance) for day in chance.sample(days, chance.randint(0, 2))},
        "begin": begin.isoformat(),
    }


def near_change(chance: random.Random, given: dict[str, Any]) -> datetime.date:
    """A day to begin a walk on: half of the time just before the clocks of the zone are changed."""
    begin = datetime.date.fromisoformat(given["begin"])
    if chance.random() < 0.5:
        here = zone(given["timezone"])
        noons = [datetime.datetime(begin.year, 1, 1, 12) + datetime.timedelta(days=each) for each in range(364)]
        changes = [a for a in noons if here.utcoffset(a) != here.utcoffset(a + datetime.timedelta(days=1))]
        if changes:
            return chance.choice(changes).date() - datetime.timedelta(days=chance.randint(1, 3))
    return begin


def _windows(chance: random.Random) -> list[str]:
    if chance.random() < 0.15:
        return ["00:00-24:00"]
    found = []
    for _ in range(chance.randint(1, 3)):
        start, end = chance.randrange(96), chance.randrange(97)
        found.append(f"{start // 4:02}:{start % 4 * 15:02}-{end // 4:02}:{end % 4 * 15:02}")
    return found


class Walk:
    """Every quarter of an hour of some days from the midnight of UTC that `begin` starts with: open or not."""

    def __init__(self, given: dict[str, Any], begin: datetime.date, days: int) -> None:
        self.start = int(datetime.datetime.combine(begin, datetime.time(), datetime.UTC).timestamp())
        self._given, self._zone = given, zone(given["timezone"])
        first = begin - datetime.timedelta(days=3)
        self._near: dict[datetime.date, list[tuple[float, float]]] = {}
        self._hours = {
            day: list(self._of(day)) for day in (first + datetime.timedelta(each) for each in range(days + 6))
        }
        self.open = [self._is_open(self.start + QUARTER * each) for each in range(96 * days)]

    def elapsed(self, start: int, end: int) -> int:
        """The open seconds between two instants within the walk."""
        found = 0
        for at, is_open in enumerate(self.open):
            if is_open:
                quarter = self.start + at * QUARTER
                found += max(0, min(end, quarter + QUARTER) - max(start, quarter))
        return found

    def add(self, start: int, amount: int) -> int | None:
        """The first second by which so many open ones have passed; None when the walk ends before."""
        if amount == 0:
            return start
        for at, is_open in enumerate(self.open):
            quarter = self.start + at * QUARTER
            if is_open and quarter + QUARTER > start:
                here = quarter + QUARTER - max(start, quarter)
                if amount <= here:
                    return max(start, quarter) + amount
                amount -= here
        return None

    def _is_open(self, second: int) -> bool:
        day = datetime.datetime.fromtimestamp(second, self._zone).date()
        if day not in self._near:
            days = (day + datetime.timedelta(days=each) for each in (-2, -1, 0, 1))
            self._near[day] = [window for each in days for window in self._hours.get(each, ())]
        return any(opens <= second < closes for opens, closes in self._near[day])

    def _of(self, day: datetime.date) -> Iterator[tuple[float, float]]:
        text, given = day.isoformat(), self._given
        if text in given["exceptions"]:
            windows = given["exceptions"][text]
        elif text in given["holidays"]:
            windows = []
        else:
            windows = [*given["hours"].get("all", ()), *given["hours"].get(_DAYS[day.weekday()], ())]
        for window in windows:
            opens, closes = window.split("-")
            after = day + datetime.timedelta(days=1) if closes <= opens else day
            yield self._stamp(day, opens), self._stamp(after, closes)

    def _stamp(self, day: datetime.date, time: str) -> float:
        hour, minute = map(int, time.split(":"))
        if hour == 24:
            day, hour = day + datetime.timedelta(days=1), 0
        return datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=self._zone, fold=0).timestamp()


def differences(seed: int, calendars: int) -> tuple[int, list[str]]:
    """How many questions were asked about so many random calendars, and every answer that differs."""
    from runbook.operations.calendars import calendar_of

    chance = random.Random(seed)
    asked, wrong = 0, []
    for _ in range(calendars):
        given = random_calendar(chance)
        begin = near_change(chance, given)
        walk = Walk(given, begin, 8)
        calendar = calendar_of("random", {name: value for name, value in given.items() if name != "begin"})
        for _ in range(3):
            start, end = sorted(walk.start + chance.randrange(8 * 86400) for _ in range(2))
            counted = walk.elapsed(start, end)
            asked += 2
            if calendar.elapsed(start, end) != counted:
                wrong.append(f"{given}: {start} to {end} is {counted}, not {calendar.elapsed(start, end)}")
            amount = chance.choice([counted, counted // 2, chance.randrange(40 * 3600)])
            due = walk.add(start, amount)
            if due is not None and calendar.add(start, amount) != due:
                wrong.append(f"{given}: {start} and {amount} is {due}, not {calendar.add(start, amount)}")
    return asked, wrong
