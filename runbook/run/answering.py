"""What people say to a run: answers to steps, decisions about programs that failed, moves, notes and evidence.

Rule 1: `check_entitled` is asked before anything a person says is recorded.
Rule 2: whatever departs from the procedure needs a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from runbook.errors import Conflict, ExpressionError, Misuse, Refused
from runbook.kind import Reply, Signatory
from runbook.outcome import Done, Failed, Json, WaitsFor
from runbook.run.approving import check_counts, decide_on
from runbook.run.commands import Answer, Attach, Complete, HandOver, Jump, Note, Reopen, StopStep
from runbook.run.deviating import check_may_answer, check_may_move, check_stated, stated
from runbook.run.digest import digest_of
from runbook.run.events import Status
from runbook.run.evidence import attach, attach_fields, attach_to_run, check_complete
from runbook.run.extracting import form_outputs
from runbook.run.going_on import is_locked_out
from runbook.run.handling import fail, stop
from runbook.run.instructions import changed_command, done_by_hand, is_put, take, with_deviation
from runbook.run.lists import in_any_order
from runbook.run.mentions import told_of
from runbook.run.moves import check_skippable, to_reopen, to_skip
from runbook.run.paths import step_at
from runbook.run.people import check_entitled, names_of
from runbook.run.progress import StepState
from runbook.run.signing import check_signed, check_unsigned
from runbook.run.state import RunState
from runbook.run.turns import outputs_of
from runbook.run.verifying import carried_out, performed, verify
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
    reply = with_deviation(step, command, _reply(step, command, person, turn.by))
    if step.status.is_final and reply.items() <= step.reply.items():  # which says besides what was seen, and for whom
        return
    if state.ended:
        raise run_ended(state)
    if command.seen and command.seen != digest_of(state, step):
        raise Refused(f"what `{step.path}` shows has changed since {person} saw it", "look at it again")
    check_stated(step, command)
    changed = bool(changed_command(step, command))
    if step.step.verifier and not step.status.is_final:
        reply["seen"] = digest_of(state, step)  # each of the two stands for exactly this
    if step.performed and not step.status.is_final:
        check_signed(state, step, command, person)
        verify(turn, step, command, person, reply)
        return
    if step.undecided:
        allowed = check_may_answer(state, step, command, person, turn.by, turn.now, changed)
        _whom(allowed.whom, reply)
        check_signed(state, step, command, person)
        _settle_by_word(turn, step, command, reply, allowed.about)
        return
    skipping = command.outcome == "skipped"
    if not (skipping and step.path in state.ready) and (
        step.status is not Status.WAITING or (step.waits_for == WaitsFor.SIGNAL.value and not skipping)
    ):
        raise _not_waiting(step)
    check_signed(state, step, command, person)
    if step.step.kind == "approval" and command.outcome in _DECISIONS:
        if command.outcome in ("failed", "reject") and not command.reason:
            raise Refused(f"`{command.outcome}` needs a reason", "say why")
        if command.outcome == "approve":
            check_complete(state.run, step)
        decide_on(turn, step, command, person, reply)
        return
    if command.emergency:
        raise Refused(f"`{step.path}` is no approval, and has no way for emergencies", "answer it")
    allowed = check_may_answer(state, step, command, person, turn.by, turn.now, changed)
    _whom(allowed.whom, reply)
    if not skipping:
        check_counts(state, step)
        check_held(step, person, allowed.whom)
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
        turn.emit("StepSkipped", step, reason=command.reason, reply=reply, **allowed.about)
        return
    if is_put(step):
        if command.outcome == "done":
            check_complete(state.run, step)
        take(turn, step, command, reply, allowed.about)
        return
    if kind.answer is None:
        raise _not_waiting(step)
    outcome = kind.answer(
        step.step.spec,
        Reply(command.outcome, person, command.fields, command.choose, command.reason, step.replies,
              deviates=bool(command.deviation), signer=_signer(turn, person)),
    )  # fmt: skip
    if not isinstance(outcome, Failed):
        check_complete(state.run, step)
    match outcome:
        case Done(outputs):
            answers = outputs if command.outcome == "done" else {}
            if step.step.outputs and answers:
                outputs = {**outputs, **_named(step, answers)}
            attach_fields(turn, step, answers)
            performed(turn, step, outputs, answers, reply, **allowed.about)
        case Failed(reason):
            fail(turn, step, reason, reply=reply)
        case _:
            turn.emit("ReplyRecorded", step, reply=reply)


def _named(step: StepState, answers: Mapping[str, Json]) -> dict[str, Json]:
    """What the step names of its form; `Refused` when an answer is not of the type that it names."""
    try:
        return form_outputs(step.step, answers)
    except ExpressionError as error:
        raise Refused(str(error), "answer with a value of that type") from None


def _signer(turn: Turn, person: str) -> Signatory:
    """Who signs; what somebody else passes on is no signature."""
    return Signatory(person, names_of(turn.state, person) if turn.by == person else (), turn.now)


def _whom(whom: str, reply: dict[str, Json]) -> None:
    """The reply says for whom it was given, when a substitute gave it."""
    if whom:
        reply["for"] = whom


def _settle_by_word(
    turn: Turn, step: StepState, command: Answer, reply: Mapping[str, Json], authority: Mapping[str, Json]
) -> None:
    """A person says how a program ended that is in doubt, or what is to be done about one that failed."""
    state = "is in doubt" if step.status is Status.IN_DOUBT else "has failed"
    if not command.reason:
        raise Refused(f"a decision about `{step.path}`, which {state}, needs a reason", "say why")
    match command.outcome:
        case "done":
            known = done_by_hand(turn.state, step, command.fields)
            check_complete(turn.state.run, step)
            carried_out(turn, step, str(reply["by"]), **known, reason=command.reason, reply=reply, **authority)
        case "redo" if step.siblings.stopped or step.stopping:
            what = "it was stopped" if step.stopping else "the steps around it were stopped"
            raise Refused(
                f"`{step.path}` can't be repeated: {what}",
                "answer `done`, `failed` or `skipped`",
            )
        case "redo":
            turn.emit("AttemptAbandoned", step, reason=command.reason, reply=reply, **authority)
        case "failed":
            fail(turn, step, command.reason, reply=reply)
        case "skipped":
            turn.emit("StepSkipped", step, reason=command.reason, reply=reply, **authority)
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
    authority = check_may_move(turn, target, "going back to" if back else "jumping to", "redo" if back else "skip")
    for step in () if back else moved:
        check_may_move(turn, step, "jumping over", "skip")
    if not back:
        check_unsigned(turn.state, moved, "a jump")
    for step in moved:
        if back and step.status is Status.PENDING:
            continue  # what was cut off has come back with what cut it off
        if back:
            turn.emit("StepReopened", step, to=command.step, by=turn.by, reason=reason, **authority)
        else:
            reply = {"outcome": "skipped", "by": turn.by, "reason": reason, "to": command.step}
            turn.emit("StepSkipped", step, reason=reason, reply=reply, **authority)


def _under_way(step: StepState) -> str:
    """Another step of the list that has begun and is not over."""
    running = (each for each in step.siblings.steps.values() if each.status in (Status.RUNNING, Status.IN_DOUBT))
    return next((each.path for each in running), "")


def stop_step(turn: Turn, command: StopStep) -> None:
    """One step is withdrawn, or ended while it runs."""
    step, authority = _reached(turn, command.step, command.reason, "stopping")
    if step.status.is_final:
        raise _not_waiting(step)
    if step.status is Status.PENDING:
        raise Refused(f"`{step.path}` has not begun", "jump over it when its turn comes, or cancel the run")
    check_skippable(turn.state.plan, step)
    check_unsigned(turn.state, (step,), "stopping")
    stop(turn, step, command.reason.strip(), **authority)


def complete(turn: Turn, command: Complete) -> None:
    """A step with turns has had enough of them."""
    step, authority = _reached(turn, command.step, command.reason, "completing")
    if step.turns is None or step.status is not Status.RUNNING or step.turns.complete or step.handling:
        raise Refused(f"`{step.path}` has no turns under way: it is {step.status.value}", "nothing was changed")
    check_skippable(turn.state.plan, step)
    check_unsigned(turn.state, (step,), "completing")
    about = {"done": step.turns.done, "outputs": outputs_of(step), **authority}
    turn.emit("EnoughDone", step, rest="cancelled", reason=command.reason.strip(), **about)


def _reached(turn: Turn, path: str, reason: str, what: str) -> tuple[StepState, Mapping[str, Json]]:
    """The step of that path, which this person may act at, and by whose authority; a reason is needed."""
    state = turn.state
    step = state.steps.get(path)
    if step is None and step_at(state.plan, path):
        raise Refused(f"step `{path}` has not been reached yet", f"see `runbook status {state.run}`")
    if step is None:
        raise Misuse(f"run {state.run} has no step `{path}`", f"see `runbook status {state.run}`")
    if not reason.strip():
        raise Refused(f"{what} `{path}` needs a reason", "say why")
    return step, check_may_move(turn, step, what, "skip")


def remark(turn: Turn, command: Note | Attach | HandOver) -> None:
    """What leaves every step as it is: a note, a file kept as evidence, a hand-over."""
    state = turn.state
    if isinstance(command, HandOver):
        if state.ended:
            raise run_ended(state)
        text = command.text.strip()
        turn.emit("RunHandedOver", to=command.to.strip(), text=text, **told_of(text, state.organisation))
        return
    step = state.steps.get(command.step)
    if command.step and step is None:
        raise Refused(f"step `{command.step}` has not been reached yet", f"see `runbook status {state.run}`")
    if isinstance(command, Note):
        if not command.text.strip():
            raise Refused("a note needs a text", "say what is worth knowing")
        text = command.text.strip()
        turn.emit("NoteAdded", step, text=text, **told_of(text, state.organisation))
    elif step:
        if not state.transcribed:  # on paper whoever did it had it, and somebody else hands it in
            check_entitled(state, step.siblings.scope, step.step, turn.by, now=turn.now)
        if step.performed:
            raise Refused(f"`{step.path}` was done, and waits to be confirmed as it stands", "send it back first")
        attach(turn, step, command)
    else:
        attach_to_run(turn, command)


def _reply(step: StepState, command: Answer, person: str, by: str) -> dict[str, Json]:
    reply: dict[str, Json] = {"outcome": command.outcome, "by": person}
    if person != by:
        reply["stated_by"] = by
    for name in ("fields", "choose", "reason"):
        if getattr(command, name):
            reply[name] = getattr(command, name)
    if command.signature:
        reply["signature"] = command.signature.to_json()
    if deviation := stated(step, command):
        reply["deviation"] = deviation
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
