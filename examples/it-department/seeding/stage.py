"""The stage: a clock that is set by hand, the people who act, and the engine that everything goes through.

Rule 1: nothing is written into the journal but by the engine's own writers, each with the person who acts.
Rule 2: time only goes on. Before anything happens, whatever time has brought until then is recorded, at its time.
"""

from __future__ import annotations

import datetime
import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from runbook import app
from runbook.app.definitions import plan, read_all
from runbook.engine.book import Book
from runbook.engine.evidence import keep
from runbook.engine.identity import Actor
from runbook.engine.timekeeper import Timekeeper
from runbook.engine.worklist import Worklist
from runbook.form import filled
from runbook.journal.sqlite import Journal
from runbook.kinds import builtin
from runbook.operations import commands as c
from runbook.operations.item import Item
from runbook.operations.seconds import instant_of, seconds
from runbook.operations.zones import zone
from runbook.run.commands import Answer, Attach, Command, Note, Work

T = TypeVar("T")
BERLIN = zone("Europe/Berlin")
HOUR, DAY = 3600, 86400
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class Stage:
    """One project with its journal, at a moment that goes on."""

    def __init__(self, folder: Path, start: int, seed: int) -> None:
        self.folder, self.home = folder.resolve(), folder.resolve() / ".runbook"
        self.now = start
        self.chance = random.Random(seed)
        self.journal = Journal(self.home / "journal.db", clock=self.instant, durable=False)  # made anew, if need be
        self.book = Book(self.journal, builtin())
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._number = 0
        self._spaces: dict[str, app.Workspace] = {}
        self._lists: dict[str, Worklist] = {}
        self.operations = app.operations(self.workspace("ana"))
        self.people = self.operations.organisation.people
        self.library = read_all(self.workspace("ana"))
        self._plans = {
            id: plan(self.workspace("ana"), self.library, id)
            for id, process in self.library.project.processes.items()
            if process.steps
        }
        self._keeper = Timekeeper(
            self.journal.streams, lambda: self.worklist("runbook"), lambda item, event: None, clock=self.instant
        )

    # -- time -----------------------------------------------------------------------------------

    def instant(self) -> str:
        """This moment, as the journal writes it."""
        return instant_of(self.now)

    def wall(self, at: int = 0) -> datetime.datetime:
        """What the clock on the wall shows, now or then."""
        return datetime.datetime.fromtimestamp(at or self.now, BERLIN)

    def at(self, when: int, action: Callable[[], None]) -> None:
        """Have something happen at a moment that is still to come."""
        self._number += 1
        heapq.heappush(self._agenda, (max(when, self.now), self._number, action))

    def play(self, until: int) -> None:
        """Let everything happen until then."""
        while self._agenda and self._agenda[0][0] <= until:
            when, _, action = heapq.heappop(self._agenda)
            self._pass(when)
            action()
        self._pass(until)

    def _pass(self, when: int) -> None:
        """Time goes on; what it brings to items is recorded on the way."""
        while (due := self._keeper.next_due()) and seconds(due) < when:
            self.now = max(self.now, seconds(due))
            self._keeper.round()
        self.now = max(self.now, when)
        self._keeper.round()

    # -- people ---------------------------------------------------------------------------------

    def workspace(self, person: str) -> app.Workspace:
        """The project as one person uses it."""
        if person not in self._spaces:
            space = app.Workspace(self.folder, self.folder, self.home, Actor(person, "office"), self.instant)
            vars(space).update(journal=self.journal, book=self.book)  # one journal for all, with the clock of the stage
            self._spaces[person] = space
        return self._spaces[person]

    def worklist(self, person: str) -> Worklist:
        """The work items as one person uses them."""
        if person not in self._lists:
            self._lists[person] = Worklist(self.journal.streams, Actor(person, "office"), self.operations)
        return self._lists[person]

    def rota_changed(self) -> None:
        """Somebody else is on call now: nobody goes by what they knew before."""
        self._lists.clear()

    # -- items ----------------------------------------------------------------------------------

    def open(self, by: str, kind: str, title: str, **words: object) -> Item:
        """Open an item; what its process says of it is filled in, and its form checked."""
        command = c.Open(kind, title, **words)  # type: ignore[arg-type]  # by name, as people write them
        if command.process:
            listing = self.library.project.processes[command.process].listing
            command = replace(
                command,
                fields=filled(listing.intake, command.fields),
                service=command.service or listing.service,
                item_class=command.item_class or listing.class_of_service,
                demand=command.demand or listing.demand,
            )
        return self.worklist(by).open(command)

    def ask(self, by: str, id: str, *commands: c.Command) -> Item:
        """Ask something of an item."""
        return self.worklist(by).ask(id, *commands)

    def item(self, id: str) -> Item:
        """An item as it stands."""
        return self.worklist("runbook").item(id)

    # -- runs -----------------------------------------------------------------------------------

    def begin(self, by: str, process: str, **inputs: object) -> str:
        """Begin a run of a process: its id."""
        from runbook.inputs import checked_inputs

        given = checked_inputs(self.library.project.processes[process], inputs)  # type: ignore[arg-type]  # texts
        name, day = process.partition("/")[2], self.wall().strftime("%m%d")
        run = f"{name}-{day}-{''.join(self.chance.choice(_LETTERS) for _ in range(4))}"
        self.book.begin(run, self._plans[process], given, str(self.folder), Actor(by, "office"))
        return run

    def take(self, by: str, run: str, step: str) -> None:
        """Take a step of a run on, and begin it."""
        self._say(by, run, Work(step, "claim", start=True))

    def answer(self, by: str, run: str, step: str, outcome: str = "done", reason: str = "", **fields: object) -> None:
        """Say what came of a step."""
        self._say(by, run, Answer(step, outcome, fields, reason=reason))  # type: ignore[arg-type]  # answers of a form

    def note(self, by: str, run: str, step: str, text: str) -> None:
        """Note something about a step."""
        self._say(by, run, Note(text, step))

    def attach(self, by: str, run: str, step: str, piece: str, text: str) -> None:
        """Attach a file to a step, as the piece of evidence that it asks for."""
        file = self.home / f"{piece}.txt"
        file.write_text(text, "utf-8")
        kept = keep(self.home, file)
        file.unlink()
        self._say(by, run, Attach(step, kept.name, kept.sha256, kept.size, kept.type, piece))

    def _say(self, by: str, run: str, *commands: Command) -> None:
        self.book.advance(run, list(commands), Actor(by, "office"))

    # -- chance ---------------------------------------------------------------------------------

    def happens(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.chance.random() < share

    def about(self, hours: float, spread: float = 0.5) -> float:
        """About so many hours."""
        return max(0.1, hours * self.chance.lognormvariate(0, spread))

    def one_of(self, *choices: tuple[T, float]) -> T:
        """One of these, each with its weight."""
        return self.chance.choices([each for each, _ in choices], [weight for _, weight in choices])[0]

    def any(self, choices: Sequence[T]) -> T:
        """Any of these."""
        return self.chance.choice(choices)
