"""A pile at the terminal: one step of many runs, asked for one run after the other with the keys of the loop.

Rule 1: no run is held and no program starts; each answer is one by itself, as from any other terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from runbook import app
from runbook.cli.glances import style
from runbook.cli.loop.asker import Asker
from runbook.cli.loop.beside import Beside
from runbook.cli.loop.front import Aside, Front, Later, Overtaken, Pause
from runbook.cli.loop.signer import Signer
from runbook.engine.drafts import Drafts
from runbook.errors import Conflict, MachineRefuses, Misuse, Refused, RunbookError
from runbook.kind import Signatory
from runbook.run.commands import Command, Work
from runbook.run.people import names_of
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.views import asking
from runbook.views.pile import Piled
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.journal.store import WaitingRow


def walk_through(workspace: app.Workspace, rows: Sequence[WaitingRow], plain: bool) -> Iterator[Piled]:
    """Ask at each of them; what came of each, as it does. Whoever pauses leaves the rest as it is."""
    front = _front(plain)
    signer = Signer(workspace, "")
    left = list(rows)
    try:
        while left:
            row = left.pop(0)
            signer.turn_to(row.run)
            yield _One(front, workspace, signer, row, f"{len(rows) - len(left)} of {len(rows)}").asked()
    except (KeyboardInterrupt, Pause, OSError):  # the last: the terminal itself is gone
        yield from (Piled(each.run, each.step, "left") for each in (row, *left))
    finally:
        front.close()


def _front(plain: bool) -> Front:
    if plain:
        from runbook.cli.loop.plain import Plain

        return Plain(style(), lambda: "")
    from runbook.cli.loop.screen import Screen

    return Screen(style(), lambda width: "")


class _One:
    """One run of the pile, while it is asked about."""

    def __init__(self, front: Front, workspace: app.Workspace, signer: Signer, row: WaitingRow, number: str) -> None:
        self.front = front
        self.workspace = workspace
        self.signer = signer
        self.row = row
        self.number = number

    def asked(self) -> Piled:
        """Ask until it is answered, left, or somebody else was first."""
        state = self._state()
        step = state.steps[self.row.step]
        try:
            if (why := app.may_answer(self.workspace, state, step)) is not None:
                raise why
            self._claim(step)
        except RunbookError as error:
            return Piled(self.row.run, self.row.step, "refused", str(error), error.help)
        before = self._stands()
        asker = Asker(self.front, step, Drafts(self.workspace.home, self.row.run), lambda: self._stands() == before,
                      step.before, self._signatory(state))  # fmt: skip
        self._show(state, step)
        while self._stands() == before:
            try:
                if self._answered(asker):
                    return Piled(self.row.run, self.row.step, "answered")
            except (Later, Overtaken):
                break
            except Aside:
                continue
            except (Refused, Conflict, Misuse, MachineRefuses) as error:
                self._refused(error)
                if self.signer.is_stale(self._state(), step):
                    self._show(self._state(), self._state().steps[step.path])
        return Piled(self.row.run, self.row.step, "left")

    def _state(self) -> RunState:
        return self.workspace.book.state(self.row.run)

    def _stands(self) -> tuple[object, ...]:
        """What changes when the step is answered, by whomever."""
        step = self._state().steps[self.row.step]
        return step.status, step.attempt, len(step.replies), bool(step.performed)

    def _claim(self, step: StepState) -> None:
        """A step that has to be claimed before it is answered is claimed by being shown."""
        wanted = step.step.performer
        if wanted is not None and wanted.claimed_first and not step.work.get("by") and not step.performed:
            app.work(self.workspace, self.row.run, Work(step.path, "claim", start=True))

    def _show(self, state: RunState, step: StepState) -> None:
        self.signer.shown(state, step)
        prompt = asking.undecided if step.undecided else asking.prompt
        about = f"{visible(step.step.title)} ({self.row.run}, {self.number})"
        head = ("", self.front.style.bold(f"Run {self.row.run} ({self.number})"))
        self.front.ask(about, *head, *prompt(state, step, self.front.style, self.front.width))

    def _signatory(self, state: RunState) -> Signatory:
        person = state.organisation.person_of(self.workspace.actor.name)
        return Signatory(person, names_of(state, person))

    def _answered(self, asker: Asker) -> bool:
        """One key and what it leads to; True when the step was answered by it."""
        menu = asker.menu()
        word = self.front.key(menu, asker.open)
        if word not in {key.word for key in menu.answers}:
            Beside(asker, self.workspace, self._state(), self._record).do(word)
            return False
        reply = asker.reply(word)
        assert reply is not None, "only a program that is ready has a start, and no pile has one"
        reply = self.signer.signed(asker, self._state(), reply)
        app.answer(self.workspace, self.row.run, reply)
        asker.drafts.forget(self.row.step)
        return True

    def _record(self, command: Command) -> None:
        app.say(self.workspace, self.row.run, command)

    def _refused(self, error: RunbookError) -> None:
        self.front.say(f"runbook: {visible(str(error))}", *((f"  {visible(error.help)}",) if error.help else ()))


__all__ = ["walk_through"]
