"""A calendar on a screen: its hours, its days off, and a week of it hour by hour."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from runbook.operations.calendar import DAY, Calendar, Window
from runbook.operations.cycle import as_target
from runbook.operations.seconds import instant_of
from runbook.operations.zones import database_version, zone
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.views.style import Style

_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def shown(calendar: Calendar, today: str, style: Style) -> Iterator[str]:
    """What a calendar says, with the days that differ from today on."""
    yield f"{style.bold(calendar.id)}  {visible(calendar.title)}"
    yield f"  {calendar.timezone}, {as_target(calendar.counts_per_week())} a week, time zones of {database_version()}"
    for name, windows in zip(_NAMES, calendar.weekly, strict=True):
        yield f"  {name}  {_hours(windows)}"
    different = sorted({*calendar.holidays, *calendar.exceptions})
    coming = [day for day in different if day >= today]
    for day in coming[:12]:
        yield f"  {_day(day)}  {_why(calendar, day)}"
    if len(coming) > 12:
        yield f"  and {len(coming) - 12} more days until {coming[-1]}"


def week(calendar: Calendar, first: datetime.date, style: Style) -> Iterator[str]:
    """Seven days of a calendar: the hours of each, what is counted of it, and why not more."""
    yield f"{style.bold(calendar.id)}  {calendar.timezone}"
    total = 0
    for day in (first + datetime.timedelta(days=each) for each in range(7)):
        counted = calendar.elapsed(*_bounds(calendar, day))
        total += counted
        why = _why(calendar, day.isoformat())
        yield f"  {_day(day.isoformat())}  {as_target(counted) if counted else '-':<6}  {why}"
    yield f"  {as_target(total)} are counted in these seven days"


def week_as_json(calendar: Calendar, first: datetime.date) -> dict[str, Any]:
    """Seven days of a calendar for programs: their open and closed spans."""
    days = []
    for day in (first + datetime.timedelta(days=each) for each in range(7)):
        start, end = _bounds(calendar, day)
        spans = [
            {"from": instant_of(each.start), "to": instant_of(each.end), "open": each.open, "reason": each.reason}
            for each in calendar.spans(start, end)
        ]
        days.append({"day": day.isoformat(), "counted": calendar.elapsed(start, end), "spans": spans})
    return {**as_json(calendar), "days": days}


def as_json(calendar: Calendar) -> dict[str, Any]:
    """A calendar for programs."""
    weekly = {name.lower(): [_window(each) for each in day] for name, day in zip(_NAMES, calendar.weekly, strict=True)}
    return {
        "id": calendar.id,
        "title": calendar.title,
        "timezone": calendar.timezone,
        "tzdata": database_version(),
        "hours": weekly,
        "holidays": dict(sorted(calendar.holidays.items())),
        "exceptions": {day: [_window(each) for each in windows] for day, windows in calendar.exceptions.items()},
        "secondsPerWeek": calendar.counts_per_week(),
    }


def _bounds(calendar: Calendar, day: datetime.date) -> tuple[int, int]:
    """The seconds from the midnight that a local day begins with to the next."""
    here = zone(calendar.timezone)
    times = (datetime.datetime.combine(each, datetime.time(), here) for each in (day, day + datetime.timedelta(days=1)))
    start, end = (int(time.timestamp()) for time in times)
    return start, end


def _why(calendar: Calendar, day: str) -> str:
    windows = calendar.windows(day)
    if day in calendar.exceptions:
        name = calendar.holidays.get(day, "")
        return f"{_hours(windows)}, by exception{f' ({visible(name)})' if name else ''}"
    if day in calendar.holidays:
        return f"closed: {visible(calendar.holidays[day]) or 'holiday'}"
    return _hours(windows)


def _hours(windows: tuple[Window, ...]) -> str:
    return ", ".join(_window(each) for each in windows) or "closed"


def _window(window: Window) -> str:
    start, end = window
    until = end if end <= DAY else end - DAY
    return f"{start // 3600:02}:{start // 60 % 60:02}-{until // 3600:02}:{until // 60 % 60:02}"


def _day(day: str) -> str:
    return datetime.date.fromisoformat(day).strftime("%a %d %b %Y")
