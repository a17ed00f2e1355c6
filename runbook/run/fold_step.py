"""What an event makes of one step. A part of the fold: nothing here decides.

Rule 1: an event that is not possible for the step means a damaged journal.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.errors import JournalDamaged
from runbook.run import lists
from runbook.run.events import (
    ENDS_ATTEMPT,
    TRANSITIONS,
    Event,
    Recorded,
    Status,
)
from runbook.run.fold_people import approves, confirms, plays
from runbook.run.progress import NOTHING, StepState, Turns, Undoing
from runbook.run.reopening import reopen
from runbook.run.taking_up import take_up

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.state import RunState


def apply_to_step(state: RunState, event: Event, recorded: Recorded) -> None:
    """What the event makes of its step, and of what hangs on that without anybody\'s choice."""
    before, after = TRANSITIONS[event.type]
    step = state.steps.get(event.step or "")
    if step is None or step.status not in before:
        status = f"`{step.status.value}`" if step else "unknown"
        raise JournalDamaged(
            f"event {recorded.seq} ({event.type}) is not possible: step `{event.step}` is {status}",
            "restore the journal from a backup",
        )
    state.leave(step)
    if event.type == "StepReopened":
        _forget_lock(state, step)
        for yes in (state.given, state.lapsed):
            yes.pop(step.path, None)
        reopen(state, step)
        state.approved = [each for each in state.approved if each[0] != step.path]  # the newest round counts
        return
    was, step.status = step.status, after
    step.under_way = event.type == "StepStarted" or (step.under_way and event.type not in ENDS_ATTEMPT)
    _note(state, step, event, recorded, was)
    if after is Status.READY and (step.siblings.stopped or step.stopping):
        step.status = Status.CANCELLED  # it would start anew, and nothing new starts there
    state.enter(step)
    if event.type == "StepUndone":
        _undone(state, step)
    elif step.status.is_final:
        step.until, step.overdue_at, step.ended_at = "", "", recorded.at
        step.handling = NOTHING
        _forget_lock(state, step)
        under_way = step.siblings.scope.whole.current
        lists.over(state, step, leads_back="back" in event.data)
        if "ends" in event.data and step.siblings.scope.whole.current is under_way:
            _ended_early(state, step)


def _note(state: RunState, step: StepState, event: Event, recorded: Recorded, was: Status) -> None:
    """What the event says of the step."""
    data = event.data
    match event.type:
        case "StepStarted":
            _started(state, step, event, recorded)
        case "StepWaiting":
            step.prompt, step.waits_for, step.since = data.get("prompt", {}), data["for"], recorded.at
            step.until = data.get("until", "")
            step.signals = tuple(data.get("signals", (data["signal"],) if "signal" in data else ()))
            step.reason = data.get("reason", "")
            if step.until:
                heapq.heappush(state.timers, (step.until, step.path, step.attempt))
            if "awaits" in data:
                said = data.get("reply", {})
                told = {"reply": said, "for": said.get("for", "")} if said else {"for": step.principal}
                step.performed = {"by": data["by"], "outputs": data["outputs"], "answers": {}, **told}
        case "StepPerformed":
            said = data["reply"]
            step.performed = {
                "by": said["by"], "for": said.get("for", ""), "reply": said,
                "outputs": data["outputs"], "answers": data["answers"],
            }  # fmt: skip
        case "VerificationRefused":
            step.before, step.performed = step.performed["answers"], NOTHING
            step.reason = data["reply"]["reason"]
        case "ReplyRecorded":
            step.replies = (*step.replies, data["reply"])
            approves(state, step, data["reply"])
        case "AttemptFailed":
            step.failures += 1
            step.handling = NOTHING
            step.reason, step.until = data["reason"], data["retry_at"]
            heapq.heappush(state.timers, (step.until, step.path, step.attempt))
        case "AttemptNotRun" | "AttemptAbandoned":
            step.until = ""
            step.reason = data.get("reason", "")
        case "HandlingStarted":
            step.act, step.handling, step.reason = {}, data, data["failure"]["reason"]
            step.started_at = step.started_at or recorded.at
            if data["for"] == "undo":
                step.undoing = Undoing(step, data["steps"])
                lists.open_undo(state, step.undoing)
            else:
                lists.open_handling(state, step, data["for"], {"failure": data["failure"]})
        case "StepSucceeded":
            step.outputs, step.answers = data.get("outputs", step.outputs), data.get("answers", NOTHING)
            if "expires" in data:
                step.expires_at = data["expires"]
                state.given[step.path] = None
            if "review" in data:
                step.siblings.open += 1
                lists.open_handling(state, step, "review", NOTHING).beside = True
            step.reason, step.by_clock = data.get("reason", ""), bool(data.get("clock"))
            _use_signal(state, step, data)
            if "ends" in data:
                scope = step.siblings.scope.whole
                scope.ends, scope.failed = data["ends"], data.get("failed", "")
        case "StepInDoubt":
            step.since = recorded.at
            step.result = data.get("known", {})
        case "StepFailed":
            step.reason, step.unhandled = data.get("reason", ""), bool(data.get("unhandled"))
        case "StepTakenUp":
            take_up(state, step, was)
        case _:
            step.reason = data.get("reason", "")
    step.result = data.get("result", step.result)
    if "due" in data:
        step.overdue_at = data["due"]
        heapq.heappush(state.timers, (step.overdue_at, step.path, step.attempt))
    if "confirmed" in data:
        confirms(state, step, data["confirmed"]["by"], data["confirmed"].get("for", ""))
    if "reply" in data and event.type != "VerificationRefused":
        step.reply = data["reply"]
        step.by, step.principal = step.reply["by"], step.reply.get("for", "")
        if "authority" not in data or "deviation" in step.reply:
            plays(state, step, step.by, step.reply.get("role", ""))
        if event.type == "StepSucceeded":
            approves(state, step, step.reply)
    elif "carried_over" in data:
        step.by, step.principal = data.get("by", ""), data.get("for", "")
        for role, people in data.get("played", {}).items():
            state.played.setdefault(role, set()).update(people)
        state.worked.update(data.get("worked", ()))
        for role, people in data.get("bound", {}).items():
            state.assigned.setdefault(role, tuple(people))


def _use_signal(state: RunState, step: StepState, data: Mapping[str, Json]) -> None:
    """A signal counts once: what a step was ended by is gone."""
    used = data.get("signal") or (step.signals[0] if step.signals and step.waits_for == "signal" else "")
    if used and not data.get("reply"):
        step.signal = used
        if kept := state.signals.get(used):
            kept.remove(data.get("sent_by", kept[0]))


def _started(state: RunState, step: StepState, event: Event, recorded: Recorded) -> None:
    step.attempt = event.attempt or step.attempt + 1
    step.attempts += 1
    step.started_at, step.reason = recorded.at, ""
    step.first_started_at = step.first_started_at or recorded.at
    step.act = event.data.get("act", NOTHING)
    step.runner = event.data.get("runner", NOTHING)
    step.until = ""
    if step.act:
        step.by, step.principal = recorded.by, event.data.get("for", "")
        plays(state, step, recorded.by)
    elif step.step.flow.body:
        step.turns = Turns(list(event.data.get("items", ())))
        state.turning.append(step)
    elif step.step.flow.concurrency:
        step.prompt = event.data  # what it is opened with, once it may go on
        state.to_lock.append(step)
    else:
        open_inside(state, step, event.data)


def open_inside(state: RunState, step: StepState, data: Mapping[str, Json]) -> None:
    """The steps inside of it, or of its process, can begin."""
    if step.step.kind == "section":
        step.inside.append(lists.open_list(state, step.siblings.scope, step.step.id, step.step.steps, step))
    elif step.step.use and "inputs" in data:
        process = state.plan.processes[step.step.use]
        step.inside.append(lists.open_scope(state, f"{step.path}/", process, data["inputs"], step))


def _forget_lock(state: RunState, step: StepState) -> None:
    if state.locks:
        state.locks.pop(step.path, None)
        state.locks.pop(f"{step.path}/:", None)


def _ended_early(state: RunState, step: StepState) -> None:
    scope = step.siblings.scope.whole
    if scope.current is not None:
        lists.withdraw(state, scope, ended=True)


def _undone(state: RunState, step: StepState) -> None:
    undoing = state.undoing_of(step)
    if undoing:
        lists.open_undo(state, undoing)
