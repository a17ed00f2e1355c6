"""A yes and what it is worth: whose it is, how many are needed, until when it counts, and what takes it back.

Rule 1: every yes and no goes through `decide_on`, whichever way it comes in. There is no second one, and no exemption.
Rule 2: a round begins anew when the step is reopened; only what was said in the newest one counts.
Rule 3: a yes is given to what was shown. When that changes before what needs it begins, it has lapsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runbook.errors import Refused
from runbook.instants import later
from runbook.kind import Reply
from runbook.outcome import Done, Failed
from runbook.run.commands import Answer, Revoke
from runbook.run.digest import digest_of, sha256_of
from runbook.run.events import Status
from runbook.run.gates import begun, needing
from runbook.run.handling import fail, succeed
from runbook.run.moves import to_reopen
from runbook.run.people import check_entitled, check_plays, fitting_as
from runbook.run.progress import StepState
from runbook.run.signing import check_signed

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.state import RunState
    from runbook.run.turn import Turn


def decide_on(turn: Turn, step: StepState, command: Answer, person: str, reply: dict[str, Json]) -> None:
    """Somebody says yes or no, wants changes, or says yes in an emergency."""
    spec, state = step.step.spec, turn.state
    seen = digest(state, step)
    stale = [earlier for earlier in step.replies if earlier.get("seen") != seen]
    if stale:
        _ask_again(turn, step, "stale", "what was shown has changed")
        return
    reply["seen"] = seen
    if command.emergency:
        _approve_in_emergency(turn, step, command, person, reply)
        return
    if command.outcome == "send-back":
        _send_back(turn, step, command, person, reply)
        return
    refusing = command.outcome in ("reject", "failed")
    role, whom = check_decider(state, step, person, turn.now, turn.by, refusing)
    if len(spec.roles) > 1:
        reply["role"] = role
    if whom:
        reply["for"] = whom
    needed = sum(max(_still_needed(state, step, each, turn.now), 0) for each in spec.roles)
    missing = 0 if refusing else needed - 1
    kind = state.plan.kinds[step.step.kind]
    assert kind.answer is not None
    said = Reply(command.outcome, person, reason=command.reason, before=step.replies, missing=missing)
    match kind.answer(spec, said):
        case Done(outputs):
            until = {"expires": later(turn.now, spec.expires)} if spec.expires is not None else {}
            succeed(turn, step, outputs=dict(outputs), answers={}, reply=reply, **until)
        case Failed(reason):
            fail(turn, step, reason, reply=reply)
        case _:
            turn.emit("ReplyRecorded", step, reply=reply)


def check_decider(
    state: RunState, step: StepState, person: str, now: str, said_by: str = "", refusing: bool = False
) -> tuple[str, str]:
    """The role in which somebody may decide now, and for whom; `Refused` when they may not, or not yet.

    Whoever is `refusing` need not be kept apart from anybody, and may do so whoever has approved before.
    """
    spec, scope = step.step.spec, step.siblings.scope
    refused: Refused | None = None
    for role in spec.roles:
        if not refusing and _still_needed(state, step, role, now) <= 0:
            continue
        try:
            if role == spec.role:
                whom = check_entitled(state, scope, step.step, person, said_by, step.overdue, now, refusing)
            else:
                whom = check_plays(state, scope, step.step, (role,), person, said_by, now, refusing)
            if not refusing:
                _check_once(step, person, whom)
        except Refused as error:
            refused = refused or error
            if spec.sequential:
                break
            continue
        return role, whom
    raise refused or Refused(f"`{step.path}` needs nobody any more", "nothing was changed")


def _check_once(step: StepState, person: str, whom: str) -> None:
    counted = {each for earlier in step.replies for each in (earlier["by"], earlier.get("for")) if each}
    again = next((each for each in (person, whom) if each and each in counted), "")
    if again:
        raise Refused(f"{again} has approved already, and one person counts once", "ask somebody else to approve")
    gate = step.siblings.owner
    if gate is None or step.siblings.part != f"{gate.step.id}:review":
        return
    gave = {gate.reply.get("by"), gate.reply.get("for")} & ({person, whom} - {""})
    if gave:
        raise Refused(f"{gave.pop()} gave the yes that is looked at here", "ask somebody else to look at it")


def _still_needed(state: RunState, step: StepState, role: str, now: str) -> int:
    spec = step.step.spec
    fitting = 0 if isinstance(spec.quorum, int) else _counted(state, step, role, now)
    said = sum(1 for earlier in step.replies if earlier.get("role", spec.role) == role)
    return int(max(spec.needed(fitting), 1)) - said


def _counted(state: RunState, step: StepState, role: str, now: str) -> int:
    """How many people may decide in the role: worked out once for a run as it stands, whoever is asked about."""
    key = (step.path, role, (now or state.now)[:10])
    if key not in state.counted:
        state.counted[key] = len(fitting_as(state, step, role, now))
    return state.counted[key]


def _approve_in_emergency(turn: Turn, step: StepState, command: Answer, person: str, reply: dict[str, Json]) -> None:
    spec = step.step.spec
    if not spec.emergency:
        raise Refused(f"`{step.path}` has no way for emergencies", "ask those who approve")
    if command.outcome != "approve" or not command.reason:
        raise Refused("a yes in an emergency needs a reason", "say why it can't wait")
    whom = check_plays(turn.state, step.siblings.scope, step.step, (spec.emergency,), person, turn.by, turn.now, True)
    if whom:
        reply["for"] = whom
    reply["emergency"], reply["role"] = True, spec.emergency
    outputs = {"approved": True, "by": [person], "emergency": True}
    succeed(turn, step, outputs=outputs, answers={}, reply=reply, review=True)


def _send_back(turn: Turn, step: StepState, command: Answer, person: str, reply: dict[str, Json]) -> None:
    goal = step.step.spec.send_back_to
    if not goal:
        raise Refused(f"`{step.path}` has no step that it could be sent back to", "approve or reject it")
    if not command.reason:
        raise Refused("wanting changes needs a reason", "say what has to change")
    _, whom = check_decider(turn.state, step, person, turn.now, turn.by, refusing=True)
    if whom:
        reply["for"] = whom
    path = f"{step.siblings.scope.prefix}{goal}"
    moved = to_reopen(turn.state, path)
    turn.emit("ReplyRecorded", step, reply=reply)
    for each in moved:
        turn.emit("StepReopened", each, to=path, by=person, reason=f"changes wanted at `{step.path}`: {command.reason}")


# -- what a yes is worth later ------------------------------------------------------------------------


def digest(state: RunState, step: StepState) -> str:
    """The SHA-256 of what is approved: the definition, and all that is shown (see `digest_of`)."""
    return sha256_of([state.definition, digest_of(state, step)])


def gates_of(state: RunState, step: StepState) -> Iterator[StepState]:
    """The approvals that a step hangs on: those that it needs, and those inside of what it needs, as long as nothing
    else that hangs on them has begun."""
    for id in step.step.needs:
        found = step.siblings.steps[id]
        if found.step.kind == "approval" and found.status is Status.SUCCEEDED:
            yield found
    for path in dict.fromkeys(path for path, _, _ in state.approved):
        gate = state.steps[path]
        if gate.status is Status.SUCCEEDED and _is_inside_of_needs(gate, step) and not begun(gate):
            yield gate


def _is_inside_of_needs(gate: StepState, step: StepState) -> bool:
    """True when the approval is inside of something that the step needs."""
    around = gate.around
    while around is not None and around.siblings is not step.siblings:
        around = around.around
    return around is not None and around.step.id in step.step.needs


def lapsed(turn: Turn, step: StepState) -> bool:
    """True when a step that is about to begin hangs on a yes that no longer counts, which is asked for again."""
    if _held_by(turn.state, step):
        return True
    for gate in gates_of(turn.state, step):
        if turn.state.is_carried(gate) or not gate.reply or gate.reply.get("emergency"):
            continue
        if gate.reply.get("seen") != digest(turn.state, gate):
            _ask_again(turn, gate, "stale", "what was approved has changed")
            return True
    return False


def expire(turn: Turn, gate: StepState) -> None:
    """The time for which a yes counts is over: what needs it and has not begun needs another one."""
    _ask_again(turn, gate, "expired", "nothing that needs it has begun in time")


def revoke(turn: Turn, command: Revoke) -> None:
    """Somebody who may decide takes a yes back: it is asked for again; where work has begun, the run is paused."""
    gate = turn.state.steps.get(command.step)
    if gate is None or gate.step.kind != "approval":
        raise Refused(f"`{command.step}` is no approval that was given", f"see `runbook status {turn.state.run}`")
    if not command.reason.strip():
        raise Refused(f"taking back the yes at `{gate.path}` needs a reason", "say why")
    if gate.status is not Status.SUCCEEDED:
        raise Refused(f"`{gate.path}` was not approved: it is {gate.status.value}", "nothing was changed")
    _, whom = check_decider(turn.state, gate, turn.by, turn.now, refusing=True)
    check_signed(turn.state, gate, command.as_answer(), turn.by)
    said: dict[str, Json] = {"outcome": "revoke", "by": turn.by, "reason": command.reason.strip()}
    said |= {"for": whom} if whom else {}
    said |= {"signature": command.signature.to_json()} if command.signature else {}
    reason = f"taken back by {turn.by}: {command.reason.strip()}"
    if begun(gate):
        turn.emit("ApprovalLapsed", gate, state="revoked", reason=reason, taken_back=said)
        turn.emit("RunPaused", reason=f"the approval `{gate.path}` was {reason}")
        return
    _ask_again(turn, gate, "revoked", reason, taken_back=said)


def check_counts(state: RunState, step: StepState) -> None:
    """Nothing when no yes that the step needs has been taken back, or has lapsed without being asked for again."""
    if gate := _held_by(state, step):
        raise Refused(
            f"`{step.path}` needs the yes at `{gate}`, which no longer counts",
            f"let somebody who may give it go on: runbook resume {state.run}",
        )


def renewed(state: RunState) -> dict[str, Json]:
    """What those who may give a yes give anew when they let a run go on that one which lapsed had paused."""
    gates = (state.steps[path] for path in state.lapsed)
    return {gate.path: digest(state, gate) for gate in gates if gate.status is Status.SUCCEEDED}


def _held_by(state: RunState, step: StepState) -> str:
    return next((path for path in state.lapsed if step in needing(state.steps[path])), "")


def check_may_go_on(turn: Turn) -> None:
    """Nothing when the person may have the run go on; after a yes that lapsed, only who may give another one."""
    for path in turn.state.lapsed:
        gate = turn.state.steps[path]
        try:
            check_plays(turn.state, gate.siblings.scope, gate.step, gate.step.spec.roles, turn.by, now=turn.now)
        except Refused as error:
            raise Refused(f"the yes at `{path}` no longer counts: {error}", error.help) from None


def _ask_again(turn: Turn, gate: StepState, why: str, reason: str, **more: Json) -> None:
    try:
        moved = to_reopen(turn.state, gate.path) if gate.status.is_final else [gate]
    except Refused as hindrance:
        if gate.path not in turn.state.lapsed:
            turn.emit("ApprovalLapsed", gate, state=why, reason=reason, **more)
            turn.emit("RunPaused", reason=f"the yes at `{gate.path}` is {why}, and can't be asked for now: {hindrance}")
        return
    turn.emit("ApprovalLapsed", gate, state=why, reason=reason, **more)
    for each in moved:
        if each.status is not Status.PENDING:
            turn.emit("StepReopened", each, to=gate.path, by="", reason=f"the approval is {why}: {reason}")
