"""The way of a work item over its board, and whose it was when, as its events tell: what flow is measured by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from runbook.operations.board import Board
from runbook.operations.flow import Block, Passage, Visit
from runbook.operations.intervals import Interval, within
from runbook.operations.item import Item
from runbook.operations.seconds import seconds
from runbook.operations.time_spent import Stretch, at_work, spent


@dataclass(frozen=True, slots=True)
class Course:
    """An item's passage with what it takes from people: when it waited, and who was at it when."""

    item: Item
    passage: Passage
    pauses: tuple[Interval, ...]
    people: Mapping[str, tuple[Interval, ...]]
    """By person, when they were accountable for it or helped."""
    corrected: int | None = None
    """How long somebody said that it took, in seconds."""
    corrected_at: int = 0

    def stretches(self, person: str, until: int, planned: bool = False) -> tuple[Stretch, ...]:
        """When the person may have been at it."""
        if person not in self.people:
            return ()
        theirs = within(at_work(self.passage, until, self.pauses), self.people.get(person, ()))
        return tuple(Stretch(self.item.id, start, end, planned) for start, end in theirs)


def course_of(item: Item, board: Board, now: int) -> Course:
    """How an item has gone over its board until now."""
    visits: list[Visit] = []
    told = _Open()
    corrected: int | None = None
    corrected_at = 0
    for recorded in item.events:
        type, data, at = recorded.event.type, recorded.event.data, seconds(recorded.at)
        match type:
            case "ItemOpened":
                column = board.column(data.get("column", "")) or board.columns[0]
                visits.append(Visit(column.id, column.state, at))
            case "ItemMoved":
                _leave(visits, at)
                visits.append(Visit(data["column"], data["state"], at))
            case "ItemBlocked":
                told.begin("block", data["reason"], at)
            case "ItemUnblocked":
                told.end("block", at)
            case "ItemWaiting":
                told.begin("pause", data["reason"], at)
            case "ItemResumed":
                told.end("pause", at)
            case "ItemAssigned" | "ItemHandedOver":
                told.end("owner", at)
                told.end(f"helper {data['to']}", at)
                told.begin("owner", data["to"], at)
            case "ItemHelped":
                told.end(f"helper {data['person']}", at)
                if not data.get("leaves"):
                    told.begin(f"helper {data['person']}", data["person"], at)
            case "ItemResolved" | "ItemCancelled":
                told.end("block", at)
                told.end("pause", at)
                if type == "ItemCancelled":
                    _leave(visits, at)
            case "TimeCorrected" if not data.get("step"):
                corrected, corrected_at = int(data["seconds"]), at
    blocks = tuple(Block(word, start, end) for what, word, start, end in told.all() if what == "block")
    pauses = tuple((start, now if end is None else end) for what, _, start, end in told.all() if what == "pause")
    people: dict[str, list[Interval]] = {}
    for what, word, start, end in told.all():
        if what == "owner" or what.startswith("helper "):
            people.setdefault(word, []).append((start, now if end is None else end))
    passage = Passage(
        item.id,
        item.kind,
        item.opened_at,
        _started(visits, board),
        item.resolved_at or None,
        item.closed_at if item.status == "cancelled" else None,
        tuple(visits),
        blocks,
        tuple(column.id for column in board.columns if not column.on_the_clock),
    )
    return Course(item, passage, pauses, {who: tuple(times) for who, times in people.items()}, corrected, corrected_at)


def touched_by(
    courses: Iterable[Course], hours: Mapping[str, Iterable[Interval]], until: int
) -> dict[str, dict[str, Fraction]]:
    """How long each person was at each item, in seconds; `hours` are the open hours of each person.

    Where somebody has said how long it took, that is shared as the time that was worked out is; all of it is of whoever
    is accountable, where nobody was at it in their hours.
    """
    known = tuple(courses)
    found: dict[str, dict[str, Fraction]] = {}
    for person, open in hours.items():
        stretches = [each for course in known for each in course.stretches(person, until)]
        for item, time in spent(stretches, open).by_item.items():
            found.setdefault(item, {})[person] = time
    for course in known:
        if course.corrected is not None:
            times = found.get(course.item.id, {})
            whole = sum(times.values())
            shares = {who: time / whole for who, time in times.items()} if whole else {course.item.accountable: 1}
            found[course.item.id] = {who: share * Fraction(course.corrected) for who, share in shares.items()}
    return found


def touched(courses: Iterable[Course], hours: Mapping[str, Iterable[Interval]], until: int) -> dict[str, Fraction]:
    """How long people were at each item, in seconds; `hours` are the open hours of each person."""
    return {item: sum(times.values(), Fraction()) for item, times in touched_by(courses, hours, until).items()}


class _Open:
    """What goes on, and what went on, as (what, word, start, end)."""

    def __init__(self) -> None:
        self._on: dict[str, tuple[str, int]] = {}
        self._over: list[tuple[str, str, int, int | None]] = []

    def begin(self, what: str, word: str, at: int) -> None:
        self.end(what, at)
        self._on[what] = word, at

    def end(self, what: str, at: int) -> None:
        if what in self._on:
            word, start = self._on.pop(what)
            self._over.append((what, word, start, at))

    def all(self) -> list[tuple[str, str, int, int | None]]:
        return [*self._over, *((what, word, start, None) for what, (word, start) in self._on.items())]


def _leave(visits: list[Visit], at: int) -> None:
    if visits and visits[-1].end is None:
        last = visits[-1]
        visits[-1] = Visit(last.column, last.state, last.start, at)


def _started(visits: Iterable[Visit], board: Board) -> int | None:
    """When it first came to the commitment point of the board, or past it."""
    wanted = board.position(board.started_at)
    for visit in visits:
        known = board.column(visit.column) is not None
        there = board.position(visit.column) >= wanted if known else visit.state in ("committed", "active")
        if there and visit.state != "finished":
            return visit.start
    return None
