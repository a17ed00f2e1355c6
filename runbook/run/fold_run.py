"""What an event makes of the run as a whole, or of a step without changing its state. A part of the fold."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.run import adopting, lists
from runbook.run.events import (
    WORK,
    Event,
    Recorded,
    Status,
)
from runbook.run.fold_people import bind, plays, wrote
from runbook.run.fold_step import open_inside
from runbook.run.progress import Scope, StepState, Undoing
from runbook.run.taking_up import take_up_scope

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.state import RunState


def apply_to_run(state: RunState, event: Event, recorded: Recorded) -> None:
    """What the event makes of the run, or of what a step has beside its state."""
    data = event.data
    match event.type:
        case "RunStarted":
            _started_run(state, data, recorded)
        case "RunResumed":
            if state.lapsed:  # what was held back by them is looked at again
                held = (step for step in state.steps.values() if step.status is Status.READY and not step.attempts)
                state.fresh.extend(step for step in held if step.path not in state.ready)
            for path, seen in data.get("renewed", {}).items():
                gate = state.steps[path]
                gate.reply = {**gate.reply, "seen": seen}
            state.handed_over, state.paused, state.lapsed = {}, {}, {}
        case "RunPaused":
            state.paused = {**data, "by": recorded.by, "at": recorded.at}
        case "RunHandedOver":
            state.handed_over = {**data, "by": recorded.by, "at": recorded.at}
        case "NoteAdded":
            noted = state.steps.get(event.step or "") or state
            noted.notes = (*noted.notes, {**data, "by": recorded.by, "at": recorded.at})
        case "EvidenceAttached":
            kept = state.steps[event.step] if event.step else state
            about: dict[str, Json] = {"by": recorded.by, "at": recorded.at}
            if event.step:
                about["pass"] = state.steps[event.step].passes
            kept.evidence = (*kept.evidence, {**data, **about})
        case "SignalReceived":
            state.signals.setdefault(data["signal"], []).append(data.get("sent_by", recorded.by))
        case "CancelRequested":
            state.cancelled, state.paused = data["reason"], {}
            if state.undoing is None:
                lists.withdraw(state, state.scopes[""], ended=True)
            elif state.undoing.current is not None:
                state.undoing.left.clear()
                lists.stop_withdrawn(state, state.undoing.current, ended=True)
        case "RunReopened":
            _open_again(state)
            take_up_scope(state, state.scopes[""])
        case "DefinitionAdopted":
            state.definition = data["definition"]
            wrote(state, data)
            adopting.adopt(state, state.definition_of(state.definition))
        case "OrganisationAdopted":
            state.know(data["organisation"])
        case "RoleAssigned":
            state.assigned[data["role"]] = tuple(data["people"])
        case "UndoRequested":
            _undo(state, event, recorded)
        case "UndoStopped":
            _undo_stopped(state, event, recorded)
        case "LockAwaited":
            state.keys[data["at"]] = (data["key"], data["limit"])
            state.locks[data["at"]] = (*state.keys[data["at"]], False)
        case "LockTaken" | "LockLost":
            key, limit, _ = state.locks[data["at"]]
            state.locks[data["at"]] = (key, limit, event.type == "LockTaken")
            if event.type == "LockTaken":
                _let_in(state, data["at"])
                state.fresh.extend(state.locked_out)
                state.locked_out = []
        case "RunSucceeded" | "RunFailed" | "RunCancelled" | "RunUndone":
            _end(state, event, recorded)
        case _:
            if event.step:
                _apply_beside(state, state.steps[event.step], event, recorded)


def _started_run(state: RunState, data: Mapping[str, Json], recorded: Recorded) -> None:
    state.run, state.definition = data["run"], data["definition"]
    state.root, state.carried = data.get("root", ""), data.get("carried", {})
    state.origin = {name: data[name] for name in ("rerun_of", "from", "detached_from") if name in data}
    state.instructions = bool(data.get("instructions"))
    if "transcribed" in data:
        state.transcribed = {**data["transcribed"], "by": recorded.by}
    state.started_by, state.started_at = data.get("by", recorded.by), recorded.at
    state.know(data.get("organisation", ""))
    wrote(state, data)
    state.assigned.update({role: tuple(people) for role, people in data.get("roles", {}).items()})
    if roles := state.plan.process.roles:
        state.played[next(iter(roles))] = {state.started_by}
    lists.open_scope(state, "", state.plan.process, data["inputs"], None)


def _end(state: RunState, event: Event, recorded: Recorded) -> None:
    state.ended, state.ended_at = event.type, recorded.at
    state.reason = event.data.get("reason", "")
    state.outputs = event.data.get("outputs", state.outputs)
    state.failures = tuple(event.data.get("failures", ()))
    state.undoing = None


def _open_again(state: RunState) -> None:
    """A run that was over goes on; what was left to follow when it ended does not follow any more."""
    for left in (
        state.fresh,
        state.closed,
        state.turning,
        state.unmet,
        state.to_lock,
        state.to_undo,
        state.to_withdraw,
    ):
        left.clear()
    state.locks = {at: (key, limit, False) for at, (key, limit, _) in state.locks.items()}
    state.ended = state.ended_at = state.reason = state.cancelled = ""
    state.failures, state.paused, state.lapsed = (), {}, {}


def _apply_beside(state: RunState, step: StepState, event: Event, recorded: Recorded) -> None:
    """What concerns a step without changing its state."""
    data = event.data
    match event.type:
        case "StopRequested":
            step.stopping = data["reason"]
            if not step.act:
                lists.stop_inside(state, step, ended=True)
        case "TurnStarted":
            step.until = ""
            lists.open_turn(state, step, data.get("item"))
        case "TurnsPaused":
            step.until = data["until"]
            if step.turns:
                step.turns.paused = data["after"]
            heapq.heappush(state.timers, (step.until, step.path, step.attempt))
        case "ItemsAdded" if step.turns:
            step.turns.items.extend(data["items"])
            state.turning.append(step)
        case "EnoughDone" if step.turns:
            step.outputs = data.get("outputs", {})
            step.turns.complete = data.get("reason", "")
            if data.get("rest") == "cancelled":
                lists.stop_inside(state, step, ended=True)
            lists.release(state, step)
            state.turning.append(step)
        case _ if event.type in WORK:
            step.work = data["work"]
            _takes_on(state, step, event)
        case "ApprovalLapsed":
            state.given.pop(step.path, None)
            state.lapsed[step.path] = None
        case "StepOverdue":
            step.overdue, step.overdue_at = True, ""
            if "due" in step.step.flow.do:
                names = {"failure": {"step": step.path, "reason": "it is overdue"}}
                step.siblings.open += 1
                lists.open_handling(state, step, "due", names).beside = True


def _takes_on(state: RunState, step: StepState, event: Event) -> None:
    """Who claims a step for its role may be the one who plays it in the whole run; who helps has acted in it."""
    if event.type == "HelperJoined":
        plays(state, step, event.data["by"])
    elif "by" in step.work:
        bind(state, step, step.work["by"])


def _let_in(state: RunState, at: str) -> None:
    """What waited for others to leave goes on, unless it had been inside before."""
    if at.endswith(":"):
        scope = state.scopes[at[:-1]]
        if scope.phase == "":
            lists.next_phase(state, scope)
    elif not state.steps[at].opened:
        open_inside(state, state.steps[at], state.steps[at].prompt)


def _undo(state: RunState, event: Event, recorded: Recorded) -> None:
    if event.step:
        owner: StepState | Scope | None = state.steps[event.step]
    else:
        owner = state.scopes[event.data["prefix"]] if "prefix" in event.data else None
    undoing = Undoing(owner, event.data["steps"])
    if owner is None:
        _open_again(state)
        state.undoing = undoing
        state.undo_asked = {**event.data, "by": recorded.by, "at": recorded.at}
    else:
        owner.undoing = undoing
        undoing.failed = event.data.get("refused", "")
    lists.open_undo(state, undoing)


def _undo_stopped(state: RunState, event: Event, recorded: Recorded) -> None:
    if not event.step and "prefix" not in event.data:
        _end(state, event, recorded)
        return
    owner = state.steps[event.step] if event.step else state.scopes[event.data["prefix"]]
    if owner.undoing:
        owner.undoing.failed = event.data["reason"]
        owner.undoing.left.clear()
        lists.open_undo(state, owner.undoing)
