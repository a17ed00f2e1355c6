"""The people at work: each does one thing at a time, in their hours, and is called away when something burns.

Rule 1: a piece of work is a generator. It yields `Work` for hours of the person who has it, and `Off` for a time in
which it stands still; what it asks of the engine it asks in between, at the moment it has come to.
"""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from runbook.operations.calendars import calendars_of
from runbook.organisation import Person
from seeding.stage import BERLIN, DAY, HOUR, Stage


@dataclass(frozen=True, slots=True)
class Work:
    """Hours of the person who has it."""

    hours: float


@dataclass(frozen=True, slots=True)
class Off:
    """Nobody works at it until then."""

    until: int


Job = Generator[Work | Off, None, None]


@dataclass(order=True, slots=True)
class Waiting:
    """Something that a team has to do, in the order of the work."""

    key: tuple[float, ...]
    number: int
    begin: Callable[[str], Job] = field(compare=False)
    planned: bool = field(compare=False, default=False)


class Crew:
    """The people of the two teams, and what waits for them."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.queues: dict[str, list[Waiting]] = {"infra": [], "support": []}
        self.own: dict[str, list[Job]] = {}
        self.idle = {id: team for team in self.queues for id, each in stage.people.items() if team in each.teams}
        self.teams = dict(self.idle)
        self.delay: dict[str, float] = {}
        self._number = 0
        self._office = calendars_of(stage.operations.data)["office"]

    # -- hours ----------------------------------------------------------------------------------

    def there(self, person: str, at: int) -> bool:
        """True in the working hours of a person."""
        known = self.stage.people[person]
        start, end = self._hours(known, at)
        return start <= at < end

    def _hours(self, person: Person, at: int) -> tuple[int, int]:
        """From when to when somebody works on the day of a moment; an empty stretch on a day off."""
        day = datetime.datetime.fromtimestamp(at, BERLIN).date()
        spans = self._office.windows(day.isoformat())
        if not spans or person.away(day.isoformat()):
            return at, at
        start = int(datetime.datetime.combine(day, datetime.time(9), BERLIN).timestamp())
        return start, start + 8 * HOUR * person.allocation // 100

    def after(self, person: str, hours: float, start: int = 0) -> int:
        """When so many hours of somebody's work are done, from now or then."""
        at, left = start or self.stage.now, hours * HOUR
        known = self.stage.people[person]
        for _ in range(120):
            begins, ends = self._hours(known, at)
            begins = max(begins, at)
            if ends - begins >= left:
                return int(begins + left)
            left -= max(0, ends - begins)
            midnight = datetime.datetime.fromtimestamp(at, BERLIN).date() + datetime.timedelta(days=1)
            at = int(datetime.datetime.combine(midnight, datetime.time(), BERLIN).timestamp())
        raise AssertionError(f"{person} never works")

    def opens(self, at: int = 0) -> int:
        """When the office is open, now or then, or the next time after that."""
        return self._office.next_open(at or self.stage.now)

    # -- work -----------------------------------------------------------------------------------

    def queue(self, team: str, key: tuple[float, ...], begin: Callable[[str], Job], planned: bool = False) -> None:
        """Something waits for a team; the lowest key comes first."""
        self._number += 1
        heapq.heappush(self.queues[team], Waiting(key, self._number, begin, planned))
        self.stage.at(self.stage.now, lambda: self.look(team))

    def give(self, person: str, job: Job) -> None:
        """Something is somebody's own, and comes before what waits for all."""
        self.own.setdefault(person, []).append(job)
        self.stage.at(self.stage.now, lambda: self.look(self.teams[person]))

    def call(self, person: str, job: Job, hours: float) -> None:
        """Somebody drops what they do: it is done at once, day and night, and what they did takes longer."""
        if self.there(person, self.stage.now):
            self.delay[person] = self.delay.get(person, 0) + hours
        self._at_once(job)

    def _at_once(self, job: Job) -> None:
        told = next(job, None)
        if told is not None:
            when = told.until if isinstance(told, Off) else self.stage.now + int(told.hours * HOUR)
            self.stage.at(when, lambda: self._at_once(job))

    def look(self, team: str) -> None:
        """Whoever of a team has nothing to do takes what comes next."""
        for person in [id for id, its in self.idle.items() if its == team]:
            if person in self.idle and self.there(person, self.stage.now):
                self._take(person)

    def begin_of_day(self) -> None:
        """Everybody looks at the board."""
        for team in self.queues:
            self.look(team)

    def _take(self, person: str) -> None:
        own = self.own.get(person)
        if own:
            self._go_on(person, own.pop(0))
        elif (waiting := self._next(self.teams[person])) is not None:
            self._go_on(person, waiting.begin(person))

    def _next(self, team: str) -> Waiting | None:
        """What comes next for a team: on two days of the week planned work first, unless something is urgent."""
        queue = self.queues[team]
        if not queue:
            return None
        planned = [each for each in queue if each.planned]
        quiet = self.stage.wall().weekday() in (1, 3) and queue[0].key[0] > 1
        if planned and quiet:
            chosen = min(planned)
            queue.remove(chosen)
            heapq.heapify(queue)
            return chosen
        return heapq.heappop(queue)

    def _go_on(self, person: str, job: Job) -> None:
        self.idle.pop(person, None)
        told = next(job, None)
        if isinstance(told, Work):
            self.stage.at(self.after(person, told.hours), lambda: self._worked(person, job))
            return
        self.idle[person] = self.teams[person]
        if told is not None:
            self.stage.at(told.until, lambda: self.give(person, job))
        if self.there(person, self.stage.now):
            self._take(person)

    def _worked(self, person: str, job: Job) -> None:
        if late := self.delay.pop(person, 0.0):
            self.stage.at(self.after(person, late), lambda: self._worked(person, job))
        else:
            self._go_on(person, job)

    def days(self, first: int, last: int) -> list[int]:
        """Nine o'clock of every day on which the office is open."""
        found, at = [], self.opens(first)
        while at < last:
            found.append(at)
            at = self.opens(at + DAY - 8 * HOUR)
        return found
