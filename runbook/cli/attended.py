"""A run with a person at the terminal: the machine goes on in the background while the person is asked."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from runbook.cli.keyboard import Keyboard
from runbook.cli.prompts import Later, Overtaken, Pause, ask
from runbook.engine.executor import Executor
from runbook.errors import Conflict, Misuse, Refused
from runbook.run.events import Status
from runbook.run.people import check_entitled
from runbook.run.progress import StepState
from runbook.run.state import RunState

if TYPE_CHECKING:
    from runbook.cli.session import Session

Asked = tuple[str, int]
"""A step and the attempt at which it was left to somebody else, or for later."""


def attend(session: Session, executor: Executor) -> RunState:
    """Carry the run out and ask for what it waits for, until it ends or the person pauses."""
    keyboard = Keyboard()
    failure: list[BaseException] = []
    result: list[RunState] = []
    executor.stay = True
    executor.listener = replace(
        executor.listener,
        event=lambda recorded: keyboard.put(partial(session.tell, recorded)),
        output=lambda *words: keyboard.put(partial(session.voice.output, *words)),
        refused=lambda *words: keyboard.put(partial(session.refused, *words)),
        warned=lambda text: keyboard.put(partial(session.warned, text)),
    )

    def work() -> None:
        try:
            result.append(executor.carry_on())
        except BaseException as error:
            failure.append(error)
        finally:
            keyboard.put(None)

    reins = _Reins(executor)
    worker = threading.Thread(target=work, name="executor", daemon=True)
    worker.start()
    try:
        _converse(session, reins, keyboard)
    except (KeyboardInterrupt, Pause, OSError):  # the last: the terminal itself is gone
        reins.stop()
        session.pause()
    worker.join()
    keyboard.tell()
    keyboard.close()
    reins.close()
    if failure:
        raise failure[0]
    return result[0]


class _Reins:
    """The executor as another thread may call it: also when it has ended meanwhile, and closed what it had open."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._bell = os.dup(executor._wake[1])

    def wake(self) -> None:
        with suppress(BrokenPipeError):
            os.write(self._bell, b".")

    def stop(self) -> None:
        self._executor._stopping = True
        self.wake()

    def close(self) -> None:
        os.close(self._bell)


def _converse(session: Session, reins: _Reins, keyboard: Keyboard) -> None:
    left: set[Asked] = set()
    keyboard.tell()
    while not keyboard.over:
        step = _next_question(session, left)
        if step is None:
            if _nothing_left(session):
                reins.stop()
            keyboard.wait()
        else:
            _ask(session, reins, step, left, keyboard)
            keyboard.tell()


def _ask(session: Session, reins: _Reins, step: StepState, left: set[Asked], keyboard: Keyboard) -> None:
    """Ask one question and record what was said; what is not accepted is said, and asked again."""
    book, path = session.workspace.book, step.path
    asked, before = (path, step.attempt), (step.status, step.attempt, len(step.replies))

    def open() -> bool:
        now = book.known(session.run).steps[path]
        return (now.status, now.attempt, len(now.replies)) == before

    keyboard.forget_typed()
    try:
        reply = ask(book.known(session.run), step, session.style, lambda question: keyboard.line(question, open))
    except Overtaken:
        return
    except Later:
        left.add(asked)
        return
    try:
        events = book.advance(session.run, [reply], session.workspace.actor)
    except (Refused, Conflict, Misuse) as error:
        session.refused(reply, error)
    else:
        reins.wake()
        while events and session.told < events[-1].seq and not keyboard.over:
            keyboard.wait()
    if reply.outcome == "approve":
        left.add(asked)  # one person counts once; when more are needed, they are others


def _next_question(session: Session, left: set[Asked]) -> StepState | None:
    """The next step that waits for this person; says why of those that wait for somebody else only."""
    state = session.workspace.book.state(session.run)
    for path in (*state.in_doubt, *state.waiting):
        step = state.steps[path]
        asked = (path, step.attempt)
        if asked in left or not (step.status is Status.IN_DOUBT or step.waits_for == "person"):
            continue
        objection = _objection(session, step)
        if objection is None:
            return step
        session.refused(None, objection)
        left.add(asked)
    return None


def _objection(session: Session, step: StepState) -> Refused | None:
    """Why the person here may not act at the step; None when nothing is against it."""
    scope = step.siblings.scope
    try:
        check_entitled(session.workspace.book.known(session.run), scope, step.step, session.workspace.actor.name)
    except Refused as error:
        return error
    return None


def _nothing_left(session: Session) -> bool:
    """True when nothing is left that this person, time or the machine could do now.

    The executor's thread goes on meanwhile, so this looks at copies and changes nothing.
    """
    state = session.workspace.book.state(session.run)
    startable = any(_objection(session, state.steps[path]) is None for path in list(state.ready))
    return not (state.ended or state.running or startable or _timed(state))


def _timed(state: RunState) -> bool:
    """True when time makes something happen later."""
    for until, path, attempt in list(state.timers):
        step = state.steps[path]
        waits = step.status is Status.WAITING or (step.status is Status.READY and path not in state.ready)
        if waits and (step.attempt, step.until) == (attempt, until):
            return True
    return False
