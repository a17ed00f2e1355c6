"""Takes up one run while nobody watches: lets time pass for it, then carries out what the machine can.

Rule 1: a run is held, and the journal says so, only when there is a program to carry out.
Rule 2: whoever holds the run goes before; nothing is done to a run that somebody carries out.
Rule 3: what was handed over to a person waits for that person; only time passes for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runbook.engine.book import Book
from runbook.engine.executor import Executor, Listener, blocked, startable
from runbook.engine.identity import Actor
from runbook.engine.lease import hold, holder
from runbook.errors import MachineRefuses
from runbook.journal.store import DueRow
from runbook.run.commands import Resume
from runbook.run.events import Recorded
from runbook.run.state import RunState

PATIENCE = 5.0
"""Seconds for which a run is kept in hand because its next instant is that near."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What taking up one run has come to."""

    row: DueRow
    state: RunState | None = None
    """The run as it was left; None when it could not be read."""
    moved: bool = False
    """True when anything happened."""
    wanting: bool = False
    """True when there are programs to carry out."""
    objections: tuple[tuple[str, str], ...] = ()
    """The steps that the machine could go on with and nobody lets it, each with the reason."""
    error: Exception | None = None
    """Why it could not be taken up, or not carried on."""


@dataclass(frozen=True, slots=True)
class Unattended:
    """In whose name and how runs are taken up here, and who is told."""

    open_book: Callable[[], Book]
    """A book of one's own: each run is carried out by a thread with nothing to share."""
    actor: Actor
    home: Path
    parallel: Callable[[Path], int]
    """How many programs at once the project in this folder allows."""
    told: Callable[[Recorded, RunState], None] = lambda recorded, state: None
    warned: Callable[[str], None] = lambda text: None

    def is_held(self, run: str) -> bool:
        """True when somebody carries the run out right now."""
        return bool(holder(self.home / "leases", run))

    def look(self, book: Book, row: DueRow) -> Passage:
        """Let time pass for the run, and see what is left to do; nobody holds it meanwhile."""
        try:
            events = book.advance(row.run, [], self.actor)
            state = book.known(row.run)
            for recorded in events:
                self.told(recorded, state)
            return self._passage(row, state, bool(events))
        finally:
            book.forget(row.run)

    def carry(self, row: DueRow, in_hand: Callable[[Executor], None]) -> Passage:
        """Hold the run and carry it out as far as it goes without people; `in_hand` may want to stop it."""
        book, happened = self.open_book(), 0

        def tell(recorded: Recorded) -> None:
            nonlocal happened
            happened += 1
            self.told(recorded, book.known(row.run))

        try:
            with hold(self.home / "leases", row.run, self.actor):
                for recorded in book.advance(row.run, [], self.actor):
                    tell(recorded)
                state = book.known(row.run)
                if not self._wanting(state):
                    return self._passage(row, state, bool(happened))
                root = _folder(state, self.home)
                epoch = book.store.take(row.run)
                for recorded in book.advance(row.run, [Resume()], self.actor, epoch):
                    self.told(recorded, state)
                executor = Executor(
                    book, row.run, self.actor, epoch, self.home, root, self.parallel(root),
                    Listener(tell, warned=self.warned), patience=PATIENCE,
                )  # fmt: skip
                in_hand(executor)
                state = executor.carry_on()
            return self._passage(row, state, bool(happened))
        finally:
            book.store.close()

    def _passage(self, row: DueRow, state: RunState, moved: bool = False) -> Passage:
        return Passage(row, state, moved, self._wanting(state), () if state.ended else self._objections(state))

    def _wanting(self, state: RunState) -> bool:
        if state.ended or state.handed_over or state.paused:
            return False
        return bool(state.running) or startable(state, self.actor)

    def _objections(self, state: RunState) -> tuple[tuple[str, str], ...]:
        if not (left := state.handed_over):
            return tuple(blocked(state, self.actor))
        why = f"{left['by']} handed the run over to {left['to'] or 'whoever goes on'}, who has not resumed it"
        return tuple((path, why) for path in (*state.running, *state.ready))


def _folder(state: RunState, home: Path) -> Path:
    """The project's folder, in which the run's programs run; `MachineRefuses` when it has gone."""
    root = Path(state.root) if state.root else home.parent
    if not root.is_dir():
        raise MachineRefuses(
            f"the folder {root}, in which its programs run, is gone", f"bring it back, or `runbook cancel {state.run}`"
        )
    return root
