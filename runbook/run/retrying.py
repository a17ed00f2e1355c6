"""A run that failed, or was cancelled, goes on where it stopped: what failed is done anew, what is done stays done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook.errors import ExpressionError, Refused
from runbook.run.approving import check_may_go_on
from runbook.run.commands import Retry
from runbook.run.deviating import check_may_alter
from runbook.run.events import Status
from runbook.run.moves import with_inner
from runbook.run.people import check_entitled
from runbook.run.progress import Scope, StepList, StepState
from runbook.run.taking_up import can_be_taken_up, can_go_on, is_unfinished
from runbook.run.undoing import check_carried_on
from runbook.run.values import Names

if TYPE_CHECKING:
    from runbook.run.turn import Turn

_LAST = (":on_failure", ":on_cancel", ":finally")
"""The phases of a process that come again when it is taken up."""


def retry(turn: Turn, command: Retry) -> None:
    """Somebody wants a run that did not come to a good end to go on."""
    state, reason = turn.state, command.reason.strip()
    if not state.ended:
        raise Refused(f"run {state.run} is not over: it is {state.status}", f"go on with `runbook resume {state.run}`")
    if state.ended == "UndoStopped":
        raise Refused(f"the way back of run {state.run} has stopped", f"go on with it: `runbook undo {state.run}`")
    if state.ended not in ("RunFailed", "RunCancelled"):
        raise Refused(f"run {state.run} is over: it is {state.status}", f"do it once more: `runbook rerun {state.run}`")
    check_carried_on(state)
    if not reason:
        raise Refused("a retry needs a reason", "say why it will work now")
    root = state.scopes[""]
    if not can_go_on(root):
        raise Refused(f"no step of run {state.run} failed that could be done anew", "start a new run")
    check_may_go_on(turn)
    authority = check_may_alter(state, "retrying a run", turn.by, turn.now)
    for step in () if authority else state.steps.values():
        if step.status is Status.FAILED and not step.inside:
            check_entitled(state, step.siblings.scope, step.step, turn.by, now=turn.now)
    turn.emit("RunReopened", reason=reason, **authority)
    _take_up(turn, root, reason)


def _take_up(turn: Turn, scope: Scope, reason: str) -> None:
    """A process goes on: its last steps come again after what was left unfinished."""
    for phase in _LAST:
        if phase in scope.lists and scope.lists[phase] is not scope.current:
            for step in scope.lists[phase].steps.values():
                _anew(turn, step, reason)
    if scope.current is not None:
        _take_up_list(turn, scope.current, reason)


def _take_up_list(turn: Turn, siblings: StepList, reason: str) -> None:
    for id in siblings.links.order:
        step = siblings.steps[id]
        if not is_unfinished(step):
            continue
        if not can_be_taken_up(step):
            _anew(turn, step, reason)
            continue
        opened = list(step.inside)
        turn.emit("StepTakenUp", step, reason=reason)
        _lock_again(turn, step)
        for each in opened:
            if isinstance(each, Scope):
                _take_up(turn, each, reason)
            elif each.handles:
                for inner in each.steps.values():
                    _anew(turn, inner, reason)
            else:
                _take_up_list(turn, each, reason)


def _anew(turn: Turn, step: StepState, reason: str) -> None:
    """The step, and what was done inside of it, has not begun."""
    for each in list(with_inner(turn.state, step)):
        if each.status is not Status.PENDING:
            turn.emit("StepReopened", each, to="", by=turn.by, reason=reason)


def _lock_again(turn: Turn, step: StepState) -> None:
    given = step.step.flow.concurrency
    if given is None:
        return
    try:
        key = Names(turn.state, step.siblings.scope).text(given.key)
    except ExpressionError as error:
        raise Refused(str(error), "start a new run") from None
    turn.emit("LockAwaited", step, at=step.path, key=key, limit=given.limit)
