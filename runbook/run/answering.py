"""What people say to a run: answers to steps, decisions about programs that failed, moves, notes and evidence.

Rule 1: `check_entitled` is asked before anything a person says is recorded.
Rule 2: whatever departs from the procedure needs a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from runbook.errors import Conflict, Misuse, Refused
from runbook.kind import Reply
from runbook.outcome import Done, Failed, Json, WaitsFor
from runbook.run.approving import decide_on
from runbook.run.commands import Answer, Attach, Complete, HandOver, Jump, Note, Reopen, StopStep
from runbook.run.events import Status
from runbook.run.going_on import is_locked_out
from runbook.run.handling import fail, stop, succeed
from runbook.run.lists import in_any_order
from runbook.run.moves import check_skippable, to_reopen, to_skip
from runbook.run.paths import step_at
from runbook.run.people import check_entitled
from runbook.run.progress import StepState
from runbook.run.results import stated_outputs
from runbook.run.state import RunState
from runbook.run.turns import outputs_of
from runbook.run.verifying import performed, verify
from runbook.run.ways import chosen_of
from runbook.run.working import check_held

if TYPE_CHECKING:
    from runbook.run.turn import Turn


_DECISIONS = ("approve", "reject", "failed", "send-back")
"""What an approval may be answered with."""


def answer(turn: Turn, command: Answer) -> None:
    """A person's reply to a step that waits, is in doubt, or is ready for a program."""
    command = replace(command, reason=command.reason.strip())
    state = turn.state
    step = state.steps.get(command.step)
    if step is None:
        if step_at(state.plan, command.step):
            raise Refused(f"step `{command.step}` has not been reached yet", "answer it when it waits")
        raise Misuse(f"run {state.run} has no step `{command.step}`", f"see `runbook status {state.run}`")
    person = command.stated_by or turn.by
    reply = _reply(command, person, turn.by)
    if step.status.is_final and step.reply == reply:
        return
    if state.ended:
        raise run_ended(state)
    if step.performed and not step.status.is_final:
        verify(turn, step, command, person, reply)
        return
    if step.undecided:
        _whom(check_entitled(state, step.siblings.scope, step.step, person, turn.by, now=turn.now), reply)
        _settle_by_word(turn, step, command, reply)
        return
    skipping = command.outcome == "skipped"
    if not (skipping and step.path in state.ready) and (
        step.status is not Status.WAITING or (step.waits_for == WaitsFor.SIGNAL.value and not skipping)
    ):
        raise _not_waiting(step)
    if step.step.kind == "approval" and command.outcome in _DECISIONS:
        if command.outcome in ("failed", "reject") and not command.reason:
            raise Refused(f"`{command.outcome}` needs a reason", "say why")
        decide_on(turn, step, command, person, reply)
        return
    if command.emergency:
        raise Refused(f"`{step.path}` is no approval, and has no way for emergencies", "answer it")
    whom = check_entitled(state, step.siblings.scope, step.step, person, turn.by, step.overdue, turn.now)
    _whom(whom, reply)
    check_held(step, person, whom)
    if in_any_order(step.siblings) and (busy := _under_way(step)):
        raise Refused(f"`{busy}` is under way, and the steps of its section are done one at a time", "wait for its end")
    if is_locked_out(state, step):
        raise Refused(f"`{step.path}` may not go on before others have left its critical section", "answer it then")
    kind = state.plan.kinds[step.step.kind]
    if command.outcome in ("failed", "skipped", "reject") and not command.reason:
        raise Refused(f"`{command.outcome}` needs a reason", "say why")
    if command.outcome == "skipped":
        if not kind.skippable:
            raise Refused(f"`{command.step}` can't be skipped: the way on hangs on it", "answer it")
        turn.emit("StepSkipped", step, reason=command.reason, reply=reply)
        return
    if kind.answer is None:
        raise _not_waiting(step)
    outcome = kind.answer(
        step.step.spec,
        Reply(command.outcome, person, command.fields, command.choose, command.reason, step.replies),
    )
    match outcome:
        case Done(outputs):
            answers = outputs if command.outcome == "done" else {}
            performed(turn, step, outputs, answers, reply)
        case Failed(reason):
            fail(turn, step, reason, reply=reply)
        case _:
            turn.emit("ReplyRecorded", step, reply=reply)


def _whom(whom: str, reply: dict[str, Json]) -> None:
    """The reply says for whom it was given, when a substitute gave it."""
    if whom:
        reply["for"] = whom


def _settle_by_word(turn: Turn, step: StepState, command: Answer, reply: Mapping[str, Json]) -> None:
    """A person says how a program ended that is in doubt, or what is to be done about one that failed."""
    state = "is in doubt" if step.status is Status.IN_DOUBT else "has failed"
    if not command.reason:
        raise Refused(f"a decision about `{step.path}`, which {state}, needs a reason", "say why")
    match command.outcome:
        case "done":
            outputs = stated_outputs(step.step, command.fields)
            succeed(turn, step, outputs=outputs, reason=command.reason, reply=reply)
        case "redo" if step.siblings.stopped:
            raise Refused(
                f"`{step.path}` can't be repeated: the steps around it were stopped",
                "answer `done`, `failed` or `skipped`",
            )
        case "redo":
            turn.emit("AttemptAbandoned", step, reason=command.reason, reply=reply)
        case "failed":
            fail(turn, step, command.reason, reply=reply)
        case "skipped":
            turn.emit("StepSkipped", step, reason=command.reason, reply=reply)
        case _:
            raise Refused(f"`{step.path}` {state}", "answer `done`, `redo`, `skipped` or `failed`, with a reason")


def move(turn: Turn, command: Reopen | Jump) -> None:
    """Back to a step that is over, or on to one that has not begun; both are deviations, with their reason."""
    reason, back = command.reason.strip(), isinstance(command, Reopen)
    if not reason:
        raise Refused(f"going {'back' if back else 'on'} to `{command.step}` needs a reason", "say why")
    if turn.state.ended:
        raise run_ended(turn.state)
    moved = to_reopen(turn.state, command.step) if back else to_skip(turn.state, command.step)
    target = turn.state.steps[command.step]
    for step in (target, *(() if back else moved)):
        check_entitled(turn.state, step.siblings.scope, step.step, turn.by)
    for step in moved:
        if back and step.status is Status.PENDING:
            continue  # what was cut off has come back with what cut it off
        if back:
            turn.emit("StepReopened", step, to=command.step, by=turn.by, reason=reason)
        else:
            reply = {"outcome": "skipped", "by": turn.by, "reason": reason, "to": command.step}
            turn.emit("StepSkipped", step, reason=reason, reply=reply)


def _under_way(step: StepState) -> str:
    """Another step of the list that has begun and is not over."""
    running = (each for each in step.siblings.steps.values() if each.status in (Status.RUNNING, Status.IN_DOUBT))
    return next((each.path for each in running), "")


def stop_step(turn: Turn, command: StopStep) -> None:
    """One step is withdrawn, or ended while it runs."""
    step = _reached(turn, command.step, command.reason, "stopping")
    if step.status.is_final:
        raise _not_waiting(step)
    if step.status is Status.PENDING:
        raise Refused(f"`{step.path}` has not begun", "jump over it when its turn comes, or cancel the run")
    check_skippable(turn.state.plan, step)
    stop(turn, step, command.reason.strip())


def complete(turn: Turn, command: Complete) -> None:
    """A step with turns has had enough of them."""
    step = _reached(turn, command.step, command.reason, "completing")
    if step.turns is None or step.status is not Status.RUNNING or step.turns.complete or step.handling:
        raise Refused(f"`{step.path}` has no turns under way: it is {step.status.value}", "nothing was changed")
    check_skippable(turn.state.plan, step)
    about = {"done": step.turns.done, "outputs": outputs_of(step)}
    turn.emit("EnoughDone", step, rest="cancelled", reason=command.reason.strip(), **about)


def _reached(turn: Turn, path: str, reason: str, what: str) -> StepState:
    """The step of that path, which this person may act at; a reason is needed."""
    state = turn.state
    step = state.steps.get(path)
    if step is None and step_at(state.plan, path):
        raise Refused(f"step `{path}` has not been reached yet", f"see `runbook status {state.run}`")
    if step is None:
        raise Misuse(f"run {state.run} has no step `{path}`", f"see `runbook status {state.run}`")
    if not reason.strip():
        raise Refused(f"{what} `{path}` needs a reason", "say why")
    check_entitled(state, step.siblings.scope, step.step, turn.by)
    return step


def remark(turn: Turn, command: Note | Attach | HandOver) -> None:
    """What leaves every step as it is: a note, a file kept as evidence, a hand-over."""
    state = turn.state
    if isinstance(command, HandOver):
        if state.ended:
            raise run_ended(state)
        turn.emit("RunHandedOver", to=command.to.strip(), text=command.text.strip())
        return
    step = state.steps.get(command.step)
    if command.step and step is None:
        raise Refused(f"step `{command.step}` has not been reached yet", f"see `runbook status {state.run}`")
    if isinstance(command, Note):
        if not command.text.strip():
            raise Refused("a note needs a text", "say what is worth knowing")
        turn.emit("NoteAdded", step, text=command.text.strip())
    elif step:
        check_entitled(state, step.siblings.scope, step.step, turn.by)
        turn.emit("EvidenceAttached", step, name=command.name, sha256=command.sha256, size=command.size)


def _reply(command: Answer, person: str, by: str) -> dict[str, Json]:
    reply: dict[str, Json] = {"outcome": command.outcome, "by": person}
    if person != by:
        reply["stated_by"] = by
    for name in ("fields", "choose", "reason"):
        if getattr(command, name):
            reply[name] = getattr(command, name)
    return reply


def run_ended(state: RunState) -> Conflict:
    """Why nothing can be said to a run any more."""
    return Conflict(f"run {state.run} has ended ({state.status})", f"see `runbook record {state.run}`")


def _not_waiting(step: StepState) -> Refused | Conflict:
    if step.status.is_final:
        if not step.reply and (what := _by_itself(step)):
            return Conflict(f"the answer to `{step.path}` comes too late: {what}", "it was not taken")
        by = f" by {step.by}" if step.by else ""
        return Conflict(f"step `{step.path}` is over already ({step.status.value}{by})", "nothing was changed")
    return Refused(f"step `{step.path}` does not wait for a person: it is {step.status.value}", "nothing was changed")


def _by_itself(step: StepState) -> str:
    """How a step that had waited for people ended without one; empty for what did not wait, or was withdrawn."""
    if not step.since or step.status not in (Status.SUCCEEDED, Status.FAILED):
        return ""
    if step.status is Status.FAILED:
        return step.reason
    who = "the clock" if step.by_clock else f"the signal `{step.signal}`"
    said = "`, `".join(chosen_of(step.outputs))
    return f"{who} chose `{said}` at {step.ended_at[:16].replace('T', ' ')}" if said else ""
