"""Whatever follows in a run without anybody's choice: conditions, waits, values, nested steps, turns, ends."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from runbook.definition import PLAIN
from runbook.errors import ExpressionError, Misuse
from runbook.inputs import checked_inputs
from runbook.instants import later
from runbook.outcome import Done, End, Enter, Failed, Json, Outcome, Waiting
from runbook.run.approving import lapsed
from runbook.run.events import Status
from runbook.run.handling import cancelled, fail, handled, stop, succeed
from runbook.run.instructions import put
from runbook.run.lists import in_any_order
from runbook.run.progress import Scope, StepList, StepState, Undoing
from runbook.run.signalling import usable
from runbook.run.state import RunState
from runbook.run.turns import consider, items_of
from runbook.run.undoing import finished, step_undone, undo_process
from runbook.run.values import Names
from runbook.run.visibility import said_of

if TYPE_CHECKING:
    from runbook.run.turn import Turn

_TOLD = ("by", "for", "played", "worked", "bound")
"""What is told of who had a part in a step that is carried over."""


def go_on(turn: Turn) -> None:
    """Everything that follows now, one after the other."""
    state = turn.state
    while not state.ended:
        if state.to_withdraw:
            step = state.to_withdraw.popleft()
            if step.status is Status.WAITING and step.siblings.stopped:  # the list may have begun anew
                cancelled(turn, step)
        elif state.unmet:
            _unmet(turn, state.unmet.popleft())
        elif state.to_lock:
            _want_lock(turn, state.to_lock.popleft())
        elif state.fresh:
            step = state.fresh.popleft()
            if step.status is Status.READY and not step.attempts and step.path not in state.ready:
                _examine(turn, step)
        elif (asked := _to_ask(state)) is not None:
            _begin(turn, asked, put(state, asked))
        elif state.turning:
            consider(turn, state.turning.popleft())
        elif state.to_undo:
            scope = state.to_undo.popleft()
            if scope.phase == ":undo" and scope.undoing is None:
                undo_process(turn, scope)
        elif state.closed:
            closed = state.closed.popleft()
            if _is_current(state, closed):
                _finish(turn, closed)
        else:
            return


def start(turn: Turn, step: StepState, **data: Json) -> None:
    """The step begins; with that the chance to do some others is over."""
    turn.emit("StepStarted", step, **data)
    for id in step.siblings.links.closes.get(step.step.id, ()):
        other = step.siblings.steps[id]
        if other.status in (Status.PENDING, Status.READY, Status.WAITING):
            turn.emit("StepSkipped", other, reason=f"`{step.path}` has begun")


def due_of(turn: Turn, step: StepState) -> dict[str, Json]:
    """When the step becomes overdue, for the event it begins with."""
    due = step.step.flow.due
    if due is None or step.overdue:
        return {}
    return {"due": later(step.first_started_at or turn.now, due.after)}


def is_held(state: RunState, step: StepState) -> bool:
    """True when a program that is ready may not start now: its section, or a lock, lets nobody in."""
    siblings = step.siblings
    return (in_any_order(siblings) and _is_busy(siblings)) or is_locked_out(state, step)


def is_locked_out(state: RunState, step: StepState) -> bool:
    """True when the step is inside of what the run may not be in before others have left."""
    if not state.locks:
        return False
    around: StepState | None = step
    while around is not None:
        if state.awaits_lock(around.path) or state.awaits_lock(f"{around.siblings.scope.whole.prefix}:"):
            return True
        around = around.siblings.owner or around.siblings.scope.owner
    return False


def _to_ask(state: RunState) -> StepState | None:
    """A step that the machine would carry out now, where people are asked to do that instead."""
    ready = (state.steps[path] for path in state.ready) if state.instructions else iter(())
    return next((step for step in ready if not is_locked_out(state, step)), None)


def _is_busy(siblings: StepList) -> bool:
    return any(each.status in (Status.RUNNING, Status.IN_DOUBT) for each in siblings.steps.values())


def wake(turn: Turn, step: StepState, signal: str, sender: str = "") -> None:
    """A step that waits has waited long enough, or its signal has come, which that one sent."""
    kind = turn.state.plan.kinds[step.step.kind]
    outcome = kind.wake(step.step.spec, signal) if kind.wake else Failed("nobody answered in time")
    used: dict[str, Json] = {"signal": signal} if signal else {"clock": True}
    match outcome:
        case Done(outputs):
            given: dict[str, Json] = {"outputs": dict(outputs)} if outputs else {}
            first = next(iter(turn.state.signals.get(signal, ())), sender)
            sent: dict[str, Json] = {"sent_by": sender} if signal and sender != first else {}
            succeed(turn, step, **given, **(used if outputs else {}), **sent)
        case Failed(reason):
            fail(turn, step, reason)


def _unmet(turn: Turn, step: StepState) -> None:
    siblings, needs = step.siblings, step.step.needs
    left = len(needs) - siblings.lost.get(step.step.id, 0)
    required = siblings.links.required[step.step.id]
    if step.status is Status.PENDING and left < required and not siblings.stopped:
        fail(turn, step, f"it needs {required} of {len(needs)} steps, and only {left} can succeed")


def _want_lock(turn: Turn, wanted: StepState | Scope) -> None:
    state = turn.state
    if isinstance(wanted, Scope):
        at, scope, step, given = f"{wanted.prefix}:", wanted, wanted.owner, wanted.process.concurrency
        waits = wanted.phase == "" and state.scopes[wanted.prefix] is wanted
    else:
        at, scope, step, given = wanted.path, wanted.siblings.scope, wanted, wanted.step.flow.concurrency
        waits = not wanted.opened
    if at in state.locks or not waits or given is None or (step and step.status is not Status.RUNNING):
        return
    try:
        key = Names(state, scope).text(given.key)
    except ExpressionError as error:
        if step is None:
            raise
        fail(turn, step, str(error))
        return
    turn.emit("LockAwaited", None if isinstance(wanted, Scope) else wanted, at=at, key=key, limit=given.limit)


# -- a step begins ----------------------------------------------------------------------------------


def _examine(turn: Turn, step: StepState) -> None:
    """A step is ready: skip it, keep it for the machine, or let it wait, choose, or open its own steps."""
    state, scope, flow = turn.state, step.siblings.scope, step.step.flow
    kind = state.plan.kinds[step.step.kind]
    opens = not (kind.answer or kind.wake or state.plan.acts(step.step))
    if opens and in_any_order(step.siblings) and _is_busy(step.siblings):
        return  # it is looked at again when what goes on there is over
    if is_locked_out(state, step):
        state.locked_out.append(step)  # it is looked at again when the others have left
        return
    if lapsed(turn, step):
        return
    for id in step.siblings.links.rest.get(step.step.id, ()):
        if not step.siblings.steps[id].released:
            stop(turn, step.siblings.steps[id], f"`{step.path}` does not need it any more")
    if state.is_carried(step):
        _carry_over(turn, step, state.carried[step.path])
        return
    names = Names(state, scope)
    try:
        if step.step.when is not None and not names.holds(step.step.when):
            turn.emit("StepSkipped", step, reason=f"its condition `{step.step.when.source}` does not hold")
            return
        if flow.body is not None:
            start(turn, step, **({"items": items_of(state, step)} if flow.foreach else {}), **due_of(turn, step))
            return
        if state.plan.acts(step.step):
            state.make_claimable(step)
            return
        outcome = kind.perform(step.step.spec, names)
        if isinstance(outcome, Enter) and outcome.process:
            outcome = _entered(state, scope, outcome)
    except (ExpressionError, Misuse) as error:
        outcome = Failed(str(error))
    _begin(turn, step, outcome)


def _entered(state: RunState, scope: Scope, enter: Enter) -> Outcome:
    depth, around = 0, scope
    while True:
        depth += around.process.id == enter.process
        if around.owner is None:
            break
        around = around.owner.siblings.scope
    if depth >= enter.max_depth and not enter.detached:
        return Failed(f"`{enter.process}` runs inside of itself {depth} times already: recursion limit")
    inputs = checked_inputs(state.plan.processes[enter.process or ""], enter.inputs)
    return Enter(enter.process, inputs, enter.detached)


def _carry_over(turn: Turn, step: StepState, carried: Mapping[str, Json]) -> None:
    """A step that an earlier run has done is done; nothing that follows from its beginning happens once more."""
    about = {"carried_over": True, **{name: carried[name] for name in _TOLD if name in carried}}
    if carried["status"] == Status.SKIPPED.value:
        turn.emit("StepSkipped", step, reason="it was left out in the run before", **about)
    else:
        turn.emit("StepStarted", step)
        succeed(turn, step, outputs=carried["outputs"], answers=carried["answers"], **about)


def _begin(turn: Turn, step: StepState, outcome: Outcome) -> None:
    match outcome:
        case Failed(reason):
            fail(turn, step, reason)
        case Enter(process, inputs, detached) if detached and process:
            run = _detached_id(turn.state.run, step, process)
            start(turn, step, detached={"run": run, "process": process, "inputs": dict(inputs)})
            succeed(turn, step, outputs={"run": run})
        case Enter(process, inputs):
            start(turn, step, **({"inputs": dict(inputs)} if process else {}), **due_of(turn, step))
        case Done(outputs):
            start(turn, step)
            succeed(turn, step, outputs=dict(outputs))
        case End(failed):
            start(turn, step)
            ends = {"ends": "failed", "failed": failed} if failed else {"ends": "succeeded"}
            turn.emit("StepSucceeded", step, **ends)
        case Waiting():
            start(turn, step)
            _wait(turn, step, outcome)


def _detached_id(run: str, step: StepState, process: str) -> str:
    """The same id for the same beginning, so that a run is made once."""
    digest = sha256(f"{run}\0{step.path}\0{step.attempt + 1}".encode()).hexdigest()
    return f"{process.rpartition('/')[2][:40]}-{digest[:12]}"


def _wait(turn: Turn, step: StepState, waiting: Waiting) -> None:
    data: dict[str, Any] = {"for": waiting.waits_for.value, "title": step.step.title, "kind": step.step.kind}
    if step.step.role:
        data["role"] = step.step.role
    data |= said_of(step)
    if waiting.prompt:
        data["prompt"] = dict(waiting.prompt)
    if waiting.until or waiting.seconds is not None:
        data["until"] = waiting.until or later(turn.now, waiting.seconds or 0.0)
    if step.step.kind == "wait" and waiting.signals:
        data["signal"] = waiting.signals[0]
    elif waiting.signals:
        data["signals"] = list(waiting.signals)
    if step.step.flow.due and step.step.flow.due.role:
        data["offer_to"] = step.step.flow.due.role
    turn.emit("StepWaiting", step, **data, **(due_of(turn, step) if step.step.flow is not PLAIN else {}))
    for name in waiting.signals if waiting.kept else ():
        if (sender := usable(turn.state, step, name, turn.now)) is not None:
            wake(turn, step, name, sender)
            return


# -- a list ends ------------------------------------------------------------------------------------


def _is_current(state: RunState, closed: StepList | Scope | Undoing) -> bool:
    """False for what was over before its owner ended otherwise, or was reopened, or went on from it."""
    owner = closed.owner
    if isinstance(closed, StepList) and closed.undoes is not None:
        way = state.undoing_of(closed.undoes)
        if way is None or way.current is not closed:
            return False
        return not isinstance(way.owner, StepState) or way.owner.status is Status.RUNNING
    if owner is None:
        return not isinstance(closed, Undoing) or state.undoing is closed
    if isinstance(owner, Scope) or owner.status is not Status.RUNNING:
        return False
    if isinstance(closed, Undoing):
        return owner.undoing is closed
    if isinstance(closed, Scope):
        return state.scopes[closed.prefix] is closed and not owner.handling
    if owner.handling.get("for") == "undo" or (closed.handles and not owner.handling):
        return False
    own = (each for each in reversed(owner.inside) if isinstance(each, StepList) and not each.beside)
    newest = next((each for each in own if each.handles == bool(owner.handling)), None)
    return closed is newest and closed.open == 0


def _finish(turn: Turn, closed: StepList | Scope | Undoing) -> None:
    """A list of steps, a process, or a way back is over: tell its owner, or end the run."""
    if isinstance(closed, Undoing):
        finished(turn, closed)
    elif isinstance(closed, StepList) and closed.undoes is not None:
        step_undone(turn, closed)
    elif isinstance(closed, StepList) and closed.owner and closed.owner.handling:
        handled(turn, closed)
    else:
        _end(turn, closed)


def _end(turn: Turn, closed: StepList | Scope) -> None:
    owner = closed.owner
    outputs: dict[str, Json] = {}
    failed = closed.failed
    early = closed.ends if isinstance(closed, Scope) else ""
    withdrawn = closed.withdrawn and not early
    if isinstance(closed, Scope) and not failed and not withdrawn:
        try:
            outputs = Names(turn.state, closed).value(closed.process.outputs)
        except ExpressionError as error:
            failed = f"an output of the process: {error}"
    if owner is None:
        _end_run(turn, failed, outputs)
    elif withdrawn:
        cancelled(turn, owner)
    elif failed:
        fail(turn, owner, failed)
    else:
        succeed(turn, owner, outputs=outputs)


def _warns(step: StepState) -> bool:
    """True for a check: one that failed and let the run go on was a warning."""
    return any(step.step is check for check in step.siblings.scope.process.checks)


def _end_run(turn: Turn, failed: str, outputs: Mapping[str, Json]) -> None:
    state = turn.state
    if state.cancelled:
        turn.emit("RunCancelled", reason=state.cancelled)
    elif failed:
        undone = state.scopes[""].undoing
        about: dict[str, Json] = {"undone": undone.steps} if undone and undone.steps and not undone.failed else {}
        turn.emit("RunFailed", reason=failed, **about)
    else:
        failures = [path for path, step in state.steps.items() if step.status is Status.FAILED and not _warns(step)]
        about = {"failures": failures} if failures else {}
        turn.emit("RunSucceeded", outputs=dict(outputs), **about)
