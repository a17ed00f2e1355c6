"""Signals: what somebody, or something, elsewhere says has happened; and at which steps it counts.

Rule 1: a step that says itself who does it (`role`, `performer`) and names people by that takes a signal only from one
of them, whether it came before the step was reached or after. Any other step takes it from anybody, programs included.
Rule 2: a signal is kept with who sent it, and counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from runbook.definition import Step
from runbook.errors import Refused
from runbook.run.people import check_entitled, names_its_people
from runbook.run.progress import Scope, StepState

if TYPE_CHECKING:
    from runbook.run.commands import Signal
    from runbook.run.state import RunState
    from runbook.run.turn import Turn


def receive(turn: Turn, command: Signal) -> Iterator[tuple[StepState, str]]:
    """A signal is recorded; then each step that it wakes, with who sent it. `Refused` where it could count nowhere."""
    state, name = turn.state, command.name
    sender = command.sent_by or turn.by
    _check_of_use(state, name, sender, turn.now)
    turn.emit("SignalReceived", signal=name, **({"sent_by": sender} if sender != turn.by else {}))
    for path in list(state.listening.get(name, ())):
        if not state.signals.get(name):
            return
        step = state.steps[path]
        if path in state.listening[name] and (by := usable(state, step, name, turn.now)) is not None:
            yield step, by


def usable(state: RunState, step: StepState, name: str, now: str) -> str | None:
    """Who sent the oldest of the signals that were kept and count at the step; None when there is none."""
    scope = step.siblings.scope
    senders = state.signals.get(name, ())
    return next((each for each in senders if _objection(state, scope, step.step, each, now) is None), None)


def _check_of_use(state: RunState, name: str, sender: str, now: str) -> None:
    """Nothing when some step of the run could take the signal from this sender: one that waits, or one that will."""
    waiting = ((each.step, each.siblings.scope) for each in map(state.steps.__getitem__, state.listening.get(name, ())))
    refused: Refused | None = None
    for step, where in chain(waiting, _takers(state, name)):
        objection = _objection(state, where, step, sender, now) if where is not None else None
        if objection is None:
            return
        refused = refused or objection
    if refused is not None:
        raise Refused(f"the signal `{name}` is not yours to send: {refused}", refused.help)


def _takers(state: RunState, name: str) -> Iterator[tuple[Step, Scope | None]]:
    """The steps that take the signal, each with where it stands; None where its process has not begun."""
    scopes: dict[str, list[Scope]] = {}
    for scope in state.scopes.values():
        scopes.setdefault(scope.process.id, []).append(scope)
    for process in state.plan.processes.values():
        for step in process.every_step():
            if name in _taken_by(step):
                for where in scopes.get(process.id) or (None,):
                    yield step, where


def _taken_by(step: Step) -> tuple[str, ...]:
    """The signals that a step takes."""
    if step.kind == "wait":
        return (step.spec.signal,) if step.spec.signal else ()
    return tuple(each.signal for each in step.spec.options if each.signal) if step.kind == "decision" else ()


def _objection(state: RunState, scope: Scope, step: Step, sender: str, now: str) -> Refused | None:
    """Why a signal of the sender does not count at the step; None when it does."""
    if not (step.role or step.performer) or not names_its_people(state, scope, step):
        return None
    try:
        check_entitled(state, scope, step, sender, now=now)
    except Refused as error:
        return error
    return None
