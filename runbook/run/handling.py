"""How a step ends, and what its author wants done about it: on success, on failure, when it is withdrawn.

Rule 1: every step that ends goes through one of the functions here, so that nothing its author declared is forgotten.
Rule 2: what is done about a failure is done once: when it fails too, the step has failed for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook.definition import OnFailure
from runbook.run.endings import innermost
from runbook.run.events import Status
from runbook.run.paths import step_named
from runbook.run.progress import StepList, StepState
from runbook.run.undoing import anew, to_undo_inside
from runbook.run.ways import goal_of, lead_from_failure, lead_on, leads_back, objection

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.turn import Turn


def succeed(turn: Turn, step: StepState, **data: Json) -> None:
    """The step is done: what it cancels is withdrawn, and what it decided shows the way on."""
    decides = step.step.kind == "decision"
    goal = goal_of(step, data.get("outputs", {})) if decides else ""
    if goal and (why := objection(turn, step, goal)):
        fail(turn, step, why)
        return
    turn.emit("StepSucceeded", step, **data, **_back(step, goal))
    for id in step.step.flow.cancels:
        other = step_named(turn.state, step.siblings.scope, id)
        if other is not None and not other.status.is_final:
            stop(turn, other, f"`{step.path}` is done")
    if decides:
        lead_on(turn, step)


def fail(turn: Turn, step: StepState, reason: str, **data: Json) -> None:
    """The step has failed for good: what is to be done about it comes first."""
    if "on_failure" in step.step.flow.do and not step.handling and not turn.state.cancelled:
        begin_handling(turn, step, "on_failure", reason, **data)
    else:
        _fail(turn, step, reason, **data)


def _fail(turn: Turn, step: StepState, reason: str, **data: Json) -> None:
    if step.step.on_failure is OnFailure.UNDO and not turn.state.cancelled:
        steps, refused = to_undo_inside(turn.state, step)
        if steps and not refused:
            anew(turn, steps)
            begin_handling(turn, step, "undo", reason, steps=steps, **data)
            return
        reason = f"{reason}; {refused}" if refused else reason
    goto = step.step.flow.goto
    if goto and (why := objection(turn, step, goto)):
        turn.emit("StepFailed", step, reason=f"{reason}; {why}", unhandled=True, **data)
        return
    turn.emit("StepFailed", step, reason=reason, **data, **_back(step, goto))
    if goto and not step.siblings.stopped:
        lead_from_failure(turn, step, reason)


def _back(step: StepState, goal: str) -> dict[str, Json]:
    """For the event with which the step ends: where the way leads back to from it, so that nothing after it begins."""
    return {"back": goal} if leads_back(step, goal) else {}


def retry_later(turn: Turn, step: StepState, reason: str, retry_at: str, **data: Json) -> None:
    """An attempt has failed and another follows, after the steps that its author wants before it."""
    if "before_retry" in step.step.flow.do:
        begin_handling(turn, step, "before_retry", reason, **data, retry_at=retry_at)
    else:
        turn.emit("AttemptFailed", step, reason=reason, **data, retry_at=retry_at)


def begin_handling(turn: Turn, step: StepState, what: str, reason: str, **data: Json) -> None:
    """What is to be done about something that happened to the step begins."""
    cause = _innermost(step)
    result = data.get("result") or cause.result
    failure = {"step": cause.path, "reason": reason, "exit_code": result.get("exit_code")}
    turn.emit("HandlingStarted", step, **{"for": what}, failure=failure, **data)


def _innermost(step: StepState) -> StepState:
    """The step inside of this one that its failure goes back to."""
    for opened in reversed(step.inside):
        inner = opened if isinstance(opened, StepList) else opened.lists.get(":steps")
        if inner and not inner.handles and (found := innermost(inner)):
            return found
    return step


def handled(turn: Turn, closed: StepList) -> None:
    """What was done about something that happened to a step is over."""
    step = closed.owner
    assert step is not None
    what, failure = step.handling["for"], step.handling["failure"]
    if what == "on_cancel" or closed.withdrawn:
        also = f"; then {closed.failed}" if closed.failed else ""
        turn.emit("StepCancelled", step, reason=f"{failure['reason']}{also}")
    elif closed.failed:
        turn.emit("StepFailed", step, reason=f"{failure['reason']}; then {closed.failed}", unhandled=True)
    elif what == "before_retry":
        turn.emit("AttemptFailed", step, reason=failure["reason"], retry_at=max(step.handling["retry_at"], turn.now))
    else:
        _fail(turn, step, failure["reason"])


def stop(turn: Turn, step: StepState, reason: str, **data: Json) -> None:
    """The step is withdrawn, wherever it stands: what runs of it has to end."""
    if step.status is Status.RUNNING:
        if not step.stopping and step.handling.get("for") != "on_cancel":
            turn.emit("StopRequested", step, reason=reason, **data)
    elif not step.status.is_final:
        cancelled(turn, step, reason, **data)


def cancelled(turn: Turn, step: StepState, reason: str = "", **data: Json) -> None:
    """The step ends without being done, and not by its own doing."""
    if not reason:
        run = f"the run was cancelled: {turn.state.cancelled}" if turn.state.cancelled else ""
        reason = step.stopping or run or "the steps around it were stopped"
    if "on_cancel" in step.step.flow.do and step.attempts and not step.handling:
        begin_handling(turn, step, "on_cancel", reason, **data)
    else:
        turn.emit("StepCancelled", step, reason=reason, **data)
