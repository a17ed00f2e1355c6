"""A department at one moment, with what reports on it need: items and their courses, people and their open hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from runbook.operations.board import Board, board_for, boards_of
from runbook.operations.calendar import Calendar
from runbook.operations.calendars import calendar_named, calendars_of
from runbook.operations.capacity import Capacity, capacity_of, leave_of
from runbook.operations.department import Operations
from runbook.operations.intervals import Interval, without
from runbook.operations.item import Item
from runbook.operations.passages import Course, course_of
from runbook.operations.plans import Plan, plans_in
from runbook.operations.zones import zone
from runbook.organisation import Organisation, Person
from runbook.run.events import Recorded

OFFICE = "office"
"""The calendar of whoever names none, and of the department's days and weeks."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A department at one moment, or one team of it."""

    now: int
    team: str
    zone: ZoneInfo
    """By whose clock days and weeks begin."""
    boards: Mapping[str, Board]
    courses: tuple[Course, ...]
    """The items that are open, and those that have ended not long ago."""
    people: tuple[Person, ...]
    calendars: Mapping[str, Calendar]
    plans: Mapping[tuple[str, str], Plan]
    rules: Capacity
    events: tuple[Recorded, ...]
    """What has happened to the department as a whole."""
    office_written: bool = False
    """True when the department has written its office hours, and does not only go by those that are shipped."""

    def board(self, id: str = "") -> Board:
        """The board of that id, else that of the team, else the first."""
        return board_for(self.boards, self.team, id)

    def on(self, board: Board) -> tuple[Course, ...]:
        """What stands on a board, or has come to its end there."""
        return tuple(each for each in self.courses if board_of(self.boards, each.item).id == board.id)

    def open_items(self) -> tuple[Item, ...]:
        """The items that are open."""
        return tuple(each.item for each in self.courses if each.item.is_open)

    def hours(self, person: Person, start: int, end: int, on_leave: bool = False) -> tuple[Interval, ...]:
        """When somebody works by their calendar, without their leave unless it is asked for."""
        calendar = calendar_named(self.calendars, person.calendar or OFFICE)
        open = [(span.start, span.end) for span in calendar.spans(start, end) if span.open]
        return without(open, () if on_leave else leave_of(person, zone(calendar.timezone)))

    def all_hours(self, start: int, end: int) -> dict[str, tuple[Interval, ...]]:
        """When each person works."""
        return {person.id: self.hours(person, start, end) for person in self.people}

    def began(self) -> int:
        """When the first of the items was opened; now, where there is none."""
        return min((each.item.opened_at for each in self.courses), default=self.now)


def scene_of(
    operations: Operations, items: Iterable[Item], events: Iterable[Recorded], now: int, team: str = ""
) -> Scene:
    """A department, or one team of it, at a moment."""
    boards = boards_of(operations.data)
    calendars = calendars_of(operations.data)
    organisation = operations.organisation
    chosen = [each for each in items if not team or team in (each.team, *_teams(organisation, each.accountable))]
    people = tuple(each for each in organisation.people.values() if not team or team in each.teams)
    if not organisation:  # nobody is described: whoever has something works office hours
        named = sorted({each.accountable for each in chosen if each.accountable})
        people = tuple(Person(id, id, (id,)) for id in named)
    told = tuple(events)
    return Scene(
        now,
        team,
        zone(calendars[OFFICE].timezone),
        boards,
        tuple(course_of(each, board_of(boards, each), now) for each in chosen),
        people,
        calendars,
        plans_in(told),
        capacity_of(operations.data),
        told,
        f"operations/calendars/{OFFICE}.yaml" in operations.data,
    )


def board_of(boards: Mapping[str, Board], item: Item) -> Board:
    """The board an item stands on."""
    return board_for(boards, item.team, item.board)


def _teams(organisation: Organisation, person: str) -> tuple[str, ...]:
    known = organisation.people.get(person)
    return known.teams if known is not None else ()
