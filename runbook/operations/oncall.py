"""Who is on call: rotations that follow the local calendar, and the exceptions to them.

Rule 1: a shift lasts from one handoff on the wall to the next; in a week in which clocks change it is 167 or 169 hours.
Rule 2: a later layer wins over an earlier one, and an override over all layers. An override of nobody empties the slot.
Rule 3: every second of a time is in exactly one shift; where nobody is on call, its person is empty.
"""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runbook.operations.calendar import WEEKDAYS
from runbook.operations.calendars import calendar_named, calendars_of
from runbook.operations.department import each_in
from runbook.operations.intervals import Interval, within
from runbook.operations.local_time import second_at, wall
from runbook.operations.zones import zone

if TYPE_CHECKING:
    from runbook.outcome import Json

OpenHours = Callable[[str, int, int], Iterable[Interval]]
"""The open time of the calendar of that name, from one second to another."""
_LONGEST_LOOK = 400 * 86400


@dataclass(frozen=True, slots=True)
class Layer:
    """One rotation: who takes turns, for how many days, from when on."""

    id: str
    rotate: tuple[str, ...]
    days: int
    start: datetime.date
    at: datetime.time
    weekday: int | None = None
    """On which day of the week it is handed over, 0 for Monday; None for a rotation by days."""
    calendar: str = ""
    """Only in the open time of this calendar."""


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody else is on call for a time, or nobody where the person is empty."""

    person: str
    start: int
    end: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a schedule is checked against."""

    min_gap_days: int = 0
    max_share: int = 100
    no_oncall_on_leave: bool = True


@dataclass(frozen=True, slots=True)
class Schedule:
    """One slot that somebody is to fill at any time."""

    id: str
    zone: zoneinfo.ZoneInfo
    layers: tuple[Layer, ...]
    title: str = ""
    teams: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    rules: Rules = field(default_factory=Rules)

    def people(self) -> tuple[str, ...]:
        """Everybody whom it names."""
        named = [person for layer in self.layers for person in layer.rotate]
        return tuple(dict.fromkeys((*named, *(each.person for each in self.overrides if each.person))))


@dataclass(frozen=True, slots=True)
class Shift:
    """A time in which one person is on call, or nobody."""

    start: int
    end: int
    person: str
    source: str = ""
    """The layer that says so, or `override`."""
    turn: int = 0
    """Which turn of its layer, counted from the first."""


def always(calendar: str, start: int, end: int) -> tuple[Interval, ...]:
    """Open hours of a calendar that is always open."""
    return ((start, end),)


def schedules_of(data: Mapping[str, Json]) -> tuple[Schedule, ...]:
    """The schedules of a department, by id."""
    return tuple(schedule_from(id, given) for id, given in each_in(data, "oncall"))


def schedule_from(id: str, given: Mapping[str, Json]) -> Schedule:
    """A schedule in data of the right shape."""
    where = zone(given.get("timezone", "UTC"))
    rules = given.get("rules") or {}
    return Schedule(
        id=id,
        zone=where,
        layers=tuple(_layer(each) for each in given["layers"]),
        title=given.get("title", id),
        teams=tuple(given.get("teams", ())),
        overrides=tuple(
            Override(
                each.get("person") or "",
                local_second(each["from"], where),
                local_second(each["to"], where),
                each.get("reason", ""),
            )
            for each in given.get("overrides", ())
        ),
        rules=Rules(
            _days(rules.get("min_gap", "0d")),
            int(str(rules.get("max_share", "100")).rstrip("% ")),
            rules.get("no_oncall_on_leave", True),
        ),
    )


def _layer(given: Mapping[str, Json]) -> Layer:
    weekday, _, time = given["handoff"].rpartition(" ")
    return Layer(
        id=given["id"],
        rotate=tuple(given["rotate"]),
        days=_days(given["every"]),
        start=datetime.date.fromisoformat(given["start"]),
        at=datetime.time.fromisoformat(time),
        weekday=WEEKDAYS.index(weekday.lower()) if weekday else None,
        calendar=given.get("calendar", ""),
    )


def _days(text: str) -> int:
    found = re.fullmatch(r"(\d+)([dw])", text, re.ASCII)
    assert found, "the schema has checked it"
    return int(found[1]) * (7 if found[2] == "w" else 1)


def local_second(text: str, zone: zoneinfo.ZoneInfo) -> int:
    """The second that a time means which is on the wall there, unless it says where it is from (`+02:00`)."""
    time = datetime.datetime.fromisoformat(text)
    return int((time if time.tzinfo else time.replace(tzinfo=zone)).timestamp())


def shifts(schedule: Schedule, start: int, end: int, hours: OpenHours = always) -> tuple[Shift, ...]:
    """Who is on call from one second to another, without a hole: where nobody is, the person is empty."""
    found = [Shift(start, end, "")]
    for layer in schedule.layers:
        for shift in _turns(layer, schedule.zone, start, end):
            parts = hours(layer.calendar, shift.start, shift.end) if layer.calendar else ((shift.start, shift.end),)
            for part in within(parts, [(start, end)]):
                found = _painted(found, replace(shift, start=part[0], end=part[1]))
    for override in schedule.overrides:
        for part in within([(override.start, override.end)], [(start, end)]):
            found = _painted(found, Shift(*part, override.person, "override"))
    return tuple(_joined(found))


def _turns(layer: Layer, zone: zoneinfo.ZoneInfo, start: int, end: int) -> Iterator[Shift]:
    """The turns of a rotation that have to do with a time, whole."""
    first = layer.start
    if layer.weekday is not None:
        first += datetime.timedelta(days=(layer.weekday - first.weekday()) % 7)
    turn = max(0, (wall(start, zone).date() - first).days // layer.days - 1)
    while True:
        day = first + datetime.timedelta(days=turn * layer.days)
        begins = second_at(day, layer.at, zone)
        if begins >= end:
            return
        ends = second_at(day + datetime.timedelta(days=layer.days), layer.at, zone)
        if ends > start:
            yield Shift(begins, ends, layer.rotate[turn % len(layer.rotate)], layer.id, turn)
        turn += 1


def _painted(shifts: list[Shift], over: Shift) -> list[Shift]:
    rest: list[Shift] = []
    for each in shifts:
        if each.end <= over.start or each.start >= over.end:
            rest.append(each)
            continue
        if each.start < over.start:
            rest.append(replace(each, end=over.start))
        if each.end > over.end:
            rest.append(replace(each, start=over.end))
    return sorted((*rest, over), key=lambda shift: shift.start)


def _joined(shifts: Iterable[Shift]) -> list[Shift]:
    joined: list[Shift] = []
    for each in shifts:
        last = joined[-1] if joined else None
        if last and (last.person, last.source, last.turn) == (each.person, each.source, each.turn):
            joined[-1] = replace(last, end=each.end)
        else:
            joined.append(each)
    return joined


def shift_at(schedule: Schedule, second: int, hours: OpenHours = always) -> Shift:
    """The whole shift in which a second lies; a hole is cut where it is longer than the longest turn."""
    around = max((layer.days for layer in schedule.layers), default=1) * 86400 + 86400
    found = shifts(schedule, second - around, second + around, hours)
    return next(shift for shift in found if shift.start <= second < shift.end)


def on_call(schedule: Schedule, second: int, hours: OpenHours = always) -> str:
    """Who is on call at a second; empty when nobody is."""
    return shifts(schedule, second, second + 1, hours)[0].person


def next_shift(schedule: Schedule, second: int, hours: OpenHours = always) -> Shift | None:
    """The shift in which somebody is on call, now or as soon as there is one; None when there is none in a year."""
    return next(_ahead(schedule, second, hours), None)


def following(schedule: Schedule, second: int, steps: int = 1, hours: OpenHours = always) -> Shift | None:
    """The shift of the person so many turns after the one on call now (`oncall:infra+1`); each person counts once."""
    seen: list[str] = []
    for shift in _ahead(schedule, second, hours):
        if shift.person not in seen:
            seen.append(shift.person)
            if len(seen) > steps:
                return shift
    return None


def _ahead(schedule: Schedule, second: int, hours: OpenHours) -> Iterator[Shift]:
    start, width = second, 14 * 86400
    while start < second + _LONGEST_LOOK:
        yield from (shift for shift in shifts(schedule, start, start + width, hours) if shift.person)
        start += width
        width *= 2


def hours_of(data: Mapping[str, Json]) -> OpenHours:
    """The open time of the calendars of a department."""
    calendars = calendars_of(data)

    def hours(calendar: str, start: int, end: int) -> list[Interval]:
        spans = calendar_named(calendars, calendar).spans(start, end)
        return [(span.start, span.end) for span in spans if span.open]

    return hours
