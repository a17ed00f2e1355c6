"""What a clock on the wall says, as seconds: days, weeks and handoffs that follow the local calendar.

Rule 1: a time that the wall shows twice is the first of the two; one that it skips is read with the offset before it.
"""

from __future__ import annotations

import datetime
import zoneinfo

from runbook.errors import ExpressionError


def second_at(day: datetime.date, time: datetime.time, zone: zoneinfo.ZoneInfo) -> int:
    """The second at which the wall shows that time of that day."""
    return int(datetime.datetime.combine(day, time, zone).timestamp())


def wall(second: int, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """What the wall shows at a second, without its zone."""
    return datetime.datetime.fromtimestamp(second, zone).replace(tzinfo=None)


def midnights(first: int, last: int, zone: zoneinfo.ZoneInfo) -> tuple[int, ...]:
    """The beginnings of all local days from the one in which a second lies to the first that is not before another."""
    day = wall(first, zone).date()
    found = [second_at(day, datetime.time(), zone)]
    while found[-1] < last:
        day += datetime.timedelta(days=1)
        found.append(second_at(day, datetime.time(), zone))
    return tuple(found)


def week_of(second: int, zone: zoneinfo.ZoneInfo) -> tuple[int, int]:
    """The local week, from Monday to Monday, in which a second lies."""
    day = wall(second, zone).date()
    monday = day - datetime.timedelta(days=day.weekday())
    after = monday + datetime.timedelta(days=7)
    return second_at(monday, datetime.time(), zone), second_at(after, datetime.time(), zone)


def week_name(second: int, zone: zoneinfo.ZoneInfo) -> str:
    """The ISO name of that week (`2026-W14`)."""
    year, week, _ = wall(second, zone).isocalendar()
    return f"{year}-W{week:02}"


def week_named(name: str, zone: zoneinfo.ZoneInfo) -> tuple[int, int]:
    """The week of an ISO name, from Monday to Monday."""
    try:
        monday = datetime.datetime.strptime(f"{name}-1", "%G-W%V-%u").date()
        return week_of(second_at(monday, datetime.time(12), zone), zone)
    except (ValueError, OverflowError):
        raise ExpressionError(f"`{name[:40]}` is no week", "write it like `2026-W14`") from None
