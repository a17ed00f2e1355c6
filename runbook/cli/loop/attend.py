"""A run with a person at the terminal: the machine goes on in the background while the person is asked."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from runbook import app
from runbook.cli.loop import keys
from runbook.cli.loop.asker import Asker
from runbook.cli.loop.beside import Beside
from runbook.cli.loop.front import Aside, Front, Later, Overtaken, Pause
from runbook.cli.loop.signer import Signer
from runbook.engine.drafts import Drafts
from runbook.engine.executor import Executor
from runbook.errors import Conflict, MachineRefuses, Misuse, Refused, RunbookError
from runbook.kind import Signatory
from runbook.run.commands import Command, Work
from runbook.run.events import Status
from runbook.run.people import names_of
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.views import asking
from runbook.views.standing import running, standing
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.cli.session import Session
    from runbook.outcome import Json

Asked = tuple[str, int]
"""A step and the attempt at which it was asked about."""
Stand = tuple[str, int, int, bool, str]
"""How a step stands: at which attempt, what was said of it so far, whether it awaits its verifier, and who has it."""


def attend(session: Session, executor: Executor, every_step: bool, plain: bool) -> RunState:
    """Carry the run out and ask for what it waits for, until it ends or the person pauses."""
    loop = _Loop(session, executor, every_step, plain)
    worker = threading.Thread(target=loop.work, name="executor", daemon=True)
    worker.start()
    try:
        try:
            loop.converse()
        except (KeyboardInterrupt, Pause, OSError):  # the last: the terminal itself is gone
            loop.stop()
            session.pause()
        loop.finish()
        worker.join()
        return loop.outcome()
    finally:
        loop.front.close()


class _Loop:
    """The conversation about one run, and the executor in the background."""

    def __init__(self, session: Session, executor: Executor, every_step: bool, plain: bool) -> None:
        self.session = session
        self.book = session.workspace.book
        self.front = self._front(plain)
        self.drafts = Drafts(session.workspace.home, session.run)
        self.signer = Signer(session.workspace, session.run)
        self.left: set[Stand] = set()
        """What was left for later, or to somebody else, as it stood then: it is looked at again when that changes."""
        self.approved: set[Asked] = set()
        """What this person has approved: one person counts once, and when more are needed, they are others."""
        self.objected: set[tuple[str, int, str]] = set()
        """Why steps are for somebody else, as it was told."""
        self.allowed: set[Asked] = set()
        """Programs that the person has let start."""
        self.every_step = every_step
        self.failure: list[BaseException] = []
        self.result: list[RunState] = []
        self.executor = executor
        self._bell = os.dup(executor._wake[1])
        executor.stay = True
        if every_step or any(step.irreversible for _, step in self._state().plan.every_path()):
            executor.holds = self._held
        put = self.front.news.put
        executor.listener = replace(
            executor.listener,
            event=lambda recorded: put(partial(session.tell, recorded)),
            output=lambda *words: put(partial(session.voice.output, *words)),
            refused=lambda *words: put(partial(session.refused, *words)),
            warned=lambda text: put(partial(session.warned, text)),
        )

    def _front(self, plain: bool) -> Front:
        style = self.session.style
        if plain:
            from runbook.cli.loop.plain import Plain

            return Plain(style, lambda: ", ".join(running(self._state(), app.now())))
        from runbook.cli.loop.screen import Screen

        return Screen(style, lambda width: standing(self._state(), app.now(), width))

    def _state(self) -> RunState:
        return self.book.known(self.session.run)

    # -- the executor, as this thread may call it: also when it has ended, and closed what it had open --

    def work(self) -> None:
        """Carry the run out, in a thread of its own."""
        try:
            self.result.append(self.executor.carry_on())
        except BaseException as error:
            self.failure.append(error)
        finally:
            self.front.news.put(None)

    def wake(self) -> None:
        """Have the executor look at the run again."""
        with suppress(BrokenPipeError):
            os.write(self._bell, b".")

    def stop(self) -> None:
        """Start nothing new."""
        self.executor._stopping = True
        self.wake()

    def finish(self) -> None:
        """Tell what still happens until the executor is done; unlike a join of its thread, it hears every signal."""
        news = self.front.news
        news.ring_for_signals()
        while not news.over:
            news.wait()

    def outcome(self) -> RunState:
        """Close what is open; the state the run is left in."""
        os.close(self._bell)
        if self._state().ended:
            self.drafts.clear()
        if self.failure:
            raise self.failure[0]
        return self.result[0]

    def _held(self, step: StepState) -> bool:
        """True for a program that starts only when the person says so."""
        wanted = self.every_step or step.step.irreversible
        return wanted and not step.failures and (step.path, step.attempt) not in self.allowed

    # -- the conversation -----------------------------------------------------------------------

    def converse(self) -> None:
        """Ask for one thing after the other until nothing more will come."""
        news = self.front.news
        news.tell()
        while not news.over:
            questions, stuck = self._look()
            step = self._mine(questions)
            if step is not None:
                self._ask(step)
                news.tell()
                continue
            if stuck:
                self.stop()
            word = self.front.idle(lambda: news.over or self._waits_for_somebody())
            if word:
                self._meanwhile(word)

    def _ask(self, step: StepState) -> None:
        """Ask one question and record what was said; what is not accepted is said, and asked again."""
        before = (step.status, *_stand(step)[:4])

        def open() -> bool:
            now = self._state().steps[step.path]
            return (now.status, *_stand(now)[:4]) == before

        asker = Asker(self.front, step, self.drafts, open, self._before(step), self._signatory())
        beside = Beside(asker, self.session.workspace, self._state(), self._record)
        self._show(step)
        while open():
            try:
                if self._answered(asker, beside, step):
                    return
            except Later:
                self.left.add(_stand(step))
                return
            except Overtaken:
                return
            except Aside:
                continue
            except (Refused, Conflict, Misuse, MachineRefuses) as error:
                self.session.refused(None, error)
                if self.signer.is_stale(self._state(), step):
                    self.approved.discard((step.path, step.attempt))
                    self._show(step)
                elif (step.path, step.attempt) in self.approved:
                    return

    def _show(self, step: StepState) -> None:
        """Show the step as it stands now, as the person may sign it."""
        step = self._state().steps[step.path]
        self.signer.shown(self._state(), step)
        self.front.ask(f"{visible(step.step.title)} ({step.path})", *self._shown(step))

    def _before(self, step: StepState) -> Mapping[str, Json]:
        """What was answered there before: in this run, or in the one it takes after."""
        return step.before or self.session.before.get(step.path, {})

    def _signatory(self) -> Signatory:
        """The person here, and what they may sign with."""
        state = self._state()
        person = state.organisation.person_of(self.session.workspace.actor.name)
        return Signatory(person, names_of(state, person))

    def _answered(self, asker: Asker, beside: Beside, step: StepState) -> bool:
        """One key and what it leads to; True when the step was answered by it."""
        menu = asker.menu()
        word = self.front.key(menu, asker.open)
        if word not in {key.word for key in menu.answers}:
            beside.do(word)
            return False
        reply = asker.reply(word)
        if reply is not None:
            reply = self.signer.signed(asker, self._state(), reply)
        if reply is None:
            self.allowed.add((step.path, step.attempt))
            self.wake()
            return True
        reply = app.with_files(self.session.workspace, self.session.run, reply)
        if reply.outcome == "approve":
            self.approved.add((step.path, step.attempt))
        self._record(reply)
        self.drafts.forget(step.path)
        return True

    def _record(self, command: Command) -> None:
        """Have it recorded, and wait until it was told."""
        events = self.book.advance(self.session.run, [command], self.session.workspace.actor)
        self.wake()
        if events:
            self._tell_up_to(events[-1].seq)

    def _tell_up_to(self, seq: int) -> None:
        """Wait until everything up to that event was told, so that nothing is asked before what led to it."""
        while self.session.told < seq and not self.front.news.over:
            self.front.news.wait()

    def _shown(self, step: StepState) -> list[str]:
        show: Callable[..., Iterable[str]] = asking.prompt
        if step.undecided:
            show = asking.undecided
        elif step.status is Status.READY:
            show = asking.start
        return list(show(self._state(), step, self.front.style, self.front.width))

    def _meanwhile(self, word: str) -> None:
        """A key that was pressed while nothing was asked."""
        if word == keys.HELP.word:
            self.front.say(*keys.RUNNING.help(self.front.width))
            return
        state = self._state()
        step = next((state.steps[path] for path in list(state.running)), next(iter(state.steps.values())))
        asker = Asker(self.front, step, self.drafts, lambda: True, {})
        try:
            Beside(asker, self.session.workspace, state, self._record).do(word)
        except (Aside, Overtaken):
            return
        except (Refused, Conflict, Misuse, MachineRefuses) as error:
            self.session.refused(None, error)

    # -- what there is to ask -------------------------------------------------------------------

    def _waits_for_somebody(self) -> bool:
        """True when there is a question, or nothing to wait for; it is looked at closely by whoever asks it."""
        questions, stuck = self._look()
        return bool(questions) or stuck

    def _look(self) -> tuple[list[StepState], bool]:
        """The steps that wait for somebody, and whether nothing else will come of itself: both at one instant."""
        with self.book.steady(self.session.run) as state:
            steps = [state.steps[path] for path in (*state.in_doubt, *state.waiting)]
            asked = [step for step in steps if step.undecided or step.waits_for == "person"]
            asked += [state.steps[path] for path in state.ready if self._held(state.steps[path])]
            asked = [step for step in asked if (step.path, step.attempt) not in self.approved]
            questions = [step for step in asked if _stand(step) not in self.left]
            return questions, self._nothing_comes(state)

    def _mine(self, questions: list[StepState]) -> StepState | None:
        """The first of the steps that this person may act at; says why of those that wait for somebody else only."""
        if questions:
            self._tell_up_to(self._state().seq)
        for step in questions:
            objection = self._objection(step)
            if objection is None:
                self._claim(step)
                return step
            told = (step.path, step.attempt, str(objection))
            if told not in self.objected:
                self.session.refused(None, objection)
            self.objected.add(told)
            self.left.add(_stand(step))
        return None

    def _claim(self, step: StepState) -> None:
        """A step that has to be claimed before it is answered is claimed by being shown."""
        wanted = step.step.performer
        if wanted is not None and wanted.claimed_first and not step.work.get("by") and not step.performed:
            app.work(self.session.workspace, self.session.run, Work(step.path, "claim", start=True))

    def _objection(self, step: StepState) -> RunbookError | None:
        """Why the person here may not act at the step; None when nothing is against it."""
        return app.may_answer(self.session.workspace, self._state(), step)

    def _nothing_comes(self, state: RunState) -> bool:
        """True when neither time nor the machine does anything now without this person."""
        ready = [state.steps[path] for path in state.ready]
        startable = any(self._objection(step) is None and not self._held(step) for step in ready)
        locked = state.awaits_locks
        return not (state.ended or state.running or startable or locked or _timed(state))


def _stand(step: StepState) -> Stand:
    return step.path, step.attempt, len(step.replies), bool(step.performed), str(step.work.get("by", ""))


def _timed(state: RunState) -> bool:
    """True when time makes something happen later."""
    for until, path, attempt in state.timers:
        step = state.steps[path]
        rests = step.status is Status.RUNNING and step.turns is not None
        waits = step.status is Status.WAITING or (step.status is Status.READY and path not in state.ready) or rests
        if step.attempt == attempt and ((waits and step.until == until) or step.overdue_at == until):
            return True
    return False
