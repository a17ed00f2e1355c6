"""The calendars of `operations/calendars`, as values; `always` and `office` are there without any file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from runbook.errors import Misuse
from runbook.operations.calendar import DAY, WEEKDAYS, Calendar, Window
from runbook.operations.department import each_in
from runbook.operations.forms import WINDOW
from runbook.operations.shipped_policy import CALENDARS

if TYPE_CHECKING:
    from runbook.outcome import Json


def calendars_of(data: Mapping[str, Json]) -> dict[str, Calendar]:
    """All calendars, by id, out of the data of the files below `operations`."""
    written = dict(each_in(data, "calendars"))
    return {id: calendar_of(id, given) for id, given in {**CALENDARS, **written}.items()}


def calendar_named(calendars: Mapping[str, Calendar], id: str) -> Calendar:
    """The calendar with that id."""
    if id not in calendars:
        raise Misuse(f"there is no calendar `{id}`", f"write it as operations/calendars/{id}.yaml")
    return calendars[id]


def calendar_of(id: str, given: Mapping[str, Json]) -> Calendar:
    """One calendar from data of the right shape."""
    weekly: list[list[Window]] = [[] for _ in WEEKDAYS]
    for days, windows in given.get("hours", {}).items():
        for at in weekdays(days):
            weekly[at] += windows_of(windows)
    return Calendar(
        id=id,
        timezone=given["timezone"],
        weekly=tuple(tuple(sorted(set(day))) for day in weekly),
        holidays=holidays_of(given),
        exceptions={day: windows_of(windows or ()) for day, windows in given.get("exceptions", {}).items()},
        title=given.get("title", id),
    )


def holidays_of(given: Mapping[str, Json]) -> dict[str, str]:
    """The days off by their names: those that were fetched and frozen, and those written by hand."""
    frozen = given.get("public_holidays", {}).get("days", {})
    own = given.get("holidays", ())
    return {**frozen, **(own if isinstance(own, Mapping) else dict.fromkeys(own, ""))}


def weekdays(text: str) -> list[int]:
    """The days of the week that `mon`, `mon-fri`, `sat-mon` or `all` stands for, Monday being 0."""
    if text == "all":
        return list(range(7))
    first, _, last = text.partition("-")
    start = WEEKDAYS.index(first)
    return [(start + each) % 7 for each in range((WEEKDAYS.index(last or first) - start) % 7 + 1)]


def windows_of(texts: Iterable[str]) -> tuple[Window, ...]:
    """Windows such as `09:00-17:00`, in their order."""
    return tuple(sorted(_window(text) for text in texts))


def _window(text: str) -> Window:
    if not re.match(WINDOW, text):
        raise Misuse(f"`{text}` is not a window of time", "write it like `09:00-17:00`")
    start, end = (int(each[:2]) * 3600 + int(each[3:]) * 60 for each in text.split("-"))
    return (start, end if end > start else end + DAY)
