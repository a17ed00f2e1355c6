"""Who takes a step on: offered to all who may, claimed by one of them, given on, begun, left to rest.

Rule 1: exactly one person has a step. Who is not that person is told who is.
Rule 2: whoever a step is given to is held to the same rules as if they had claimed it, and asked when they take it.
Rule 3: `work` in each event is the whole of how it stands, so that a list of what waits needs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from runbook.errors import Conflict, Misuse, Refused
from runbook.outcome import WaitsFor
from runbook.run.commands import Work
from runbook.run.events import Status
from runbook.run.paths import step_at
from runbook.run.people import check_entitled, check_privilege
from runbook.run.progress import StepState

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.turn import Turn


def work(turn: Turn, command: Work) -> None:
    """Somebody takes a step on, gives it away, or says how it stands with them."""
    step = turn.state.steps.get(command.step)
    if step is None and step_at(turn.state.plan, command.step):
        raise Refused(f"step `{command.step}` has not been reached yet", f"see `runbook status {turn.state.run}`")
    if step is None:
        raise Misuse(f"run {turn.state.run} has no step `{command.step}`", f"see `runbook status {turn.state.run}`")
    if step.status is not Status.WAITING or step.waits_for != WaitsFor.PERSON.value or step.performed:
        why = f"`{step.path}` can't be taken on: it is {step.status.value}"
        if step.status.is_final:
            raise Conflict(f"{why} by {step.by}" if step.by else why, "nothing was changed")
        raise Refused(why, "nothing was changed")
    if step.step.kind == "approval":
        raise Refused(f"`{step.path}` is decided, not claimed", "approve or reject it")
    _ACTS[command.act](turn, step, command)


def is_free(step: StepState) -> bool:
    """True for a step that waits to be done and that nobody has."""
    waits = step.status is Status.WAITING and step.waits_for == WaitsFor.PERSON.value and not step.performed
    return waits and step.step.kind != "approval" and not step.work.get("by")


def check_free(step: StepState, person: str, whom: str = "") -> None:
    """Nothing when nobody else has taken the step on; `Conflict` names who has."""
    if step.work.get("by", person) not in (person, whom):
        raise _claimed(step)


def check_held(step: StepState, person: str, whom: str = "") -> None:
    """Nothing when the person may answer the step as far as it has been taken on."""
    check_free(step, person, whom)
    holder = step.work.get("by")
    wanted = step.step.performer
    if not holder and wanted is not None and wanted.claimed_first:
        raise Refused(f"`{step.path}` has to be claimed before it is done", "claim it first")
    if step.work.get("state") == "suspended":
        raise Refused(f"`{step.path}` rests: {step.work.get('reason', '')}", "continue it first")


def _claimed(step: StepState) -> Conflict:
    held = step.work
    verb = "claimed" if held["state"] == "allocated" else "begun"
    since = str(held["since"])[:16].replace("T", " ")
    return Conflict(
        f"`{step.path}` is {verb} by {held['by']} since {since}", f"ask {held['by']}, or have it reassigned"
    )


def _check(turn: Turn, step: StepState, person: str) -> str:
    return check_entitled(turn.state, step.siblings.scope, step.step, person, "", step.overdue, turn.now)


def _check_load(turn: Turn, person: str, load: int) -> None:
    known = turn.state.organisation.people.get(person)
    if known is not None and known.wip and load >= known.wip:
        raise Refused(f"{person} has {load} steps already, and {known.wip} are the most", "finish or unclaim one first")


def _mine(turn: Turn, step: StepState, *states: str) -> Mapping[str, Json]:
    """How the step stands with this person; `Refused` when they have not taken it on, or not so far."""
    held = step.work
    if not held.get("by"):
        raise Refused(f"nobody has claimed `{step.path}`", "claim it first")
    if held["by"] != turn.by:
        raise _claimed(step)
    if states and held["state"] not in states:
        raise Refused(f"`{step.path}` is {held['state']}", f"it would have to be {' or '.join(states)}")
    return held


def _emit(turn: Turn, type: str, step: StepState, work: Mapping[str, Json], **data: Json) -> None:
    kept = {name: value for name, value in work.items() if value}
    turn.emit(type, step, work=kept, **{name: value for name, value in data.items() if value})


def _claim(turn: Turn, step: StepState, command: Work) -> None:
    _check(turn, step, turn.by)
    if step.work.get("by") not in (None, turn.by):
        raise _claimed(step)
    if not step.work.get("by"):
        _check_load(turn, turn.by, command.load)
        _emit(turn, "WorkClaimed", step, _taken(turn, step, turn.by, "allocated"))
    _begin_at_once(turn, step, command.start)


def _begin_at_once(turn: Turn, step: StepState, wished: bool = False) -> None:
    """Whoever has got the step begins it when that is wished, or when they always do so."""
    known = turn.state.organisation.people.get(str(step.work["by"]))
    if step.work["state"] == "allocated" and (wished or (known is not None and known.starts_on_claim)):
        _emit(turn, "WorkStarted", step, {**step.work, "state": "started", "since": turn.now})


def _taken(turn: Turn, step: StepState, person: str, state: str, **more: Json) -> dict[str, Json]:
    return {"state": state, "by": person, "since": turn.now, "helpers": list(step.helpers), **more}


def _unclaim(turn: Turn, step: StepState, command: Work) -> None:
    held = step.work
    if not held.get("by"):
        raise Refused(f"nobody has claimed `{step.path}`", "nothing was changed")
    if held["by"] != turn.by:
        check_privilege(turn.state, step, "reassign", turn.by, now=turn.now)
    if held["state"] != "allocated" and not command.reason.strip():
        raise Refused(f"`{step.path}` has begun: giving it back needs a reason", "say how far it is")
    _emit(turn, "WorkReleased", step, {"helpers": list(step.helpers)}, reason=command.reason.strip(), of=held["by"])


def _start(turn: Turn, step: StepState, command: Work) -> None:
    if not step.work.get("by"):
        _claim(turn, step, command)
    if step.work.get("state") == "started" and step.work["by"] == turn.by:
        return
    held = _mine(turn, step, "allocated")
    _emit(turn, "WorkStarted", step, {**held, "state": "started", "since": turn.now})


def _delegate(turn: Turn, step: StepState, command: Work) -> None:
    held = _mine(turn, step)
    check_privilege(turn.state, step, "delegate", turn.by, now=turn.now)
    if command.to in ("", turn.by):
        raise Misuse("a step is delegated to somebody else", "name them")
    _check(turn, step, command.to)
    _emit(turn, "WorkDelegated", step, {**held, "offered": command.to}, to=command.to, reason=command.reason.strip())


def _accept(turn: Turn, step: StepState, command: Work) -> None:
    _check_offered(turn, step)
    _check(turn, step, turn.by)
    _check_load(turn, turn.by, command.load)
    before = step.work["by"]
    _emit(turn, "WorkAccepted", step, _taken(turn, step, turn.by, "allocated"), **{"from": before})
    _begin_at_once(turn, step)


def _decline(turn: Turn, step: StepState, command: Work) -> None:
    _check_offered(turn, step)
    held = {name: value for name, value in step.work.items() if name != "offered"}
    _emit(turn, "WorkDeclined", step, held, reason=command.reason.strip())


def _check_offered(turn: Turn, step: StepState) -> None:
    if step.work.get("offered") != turn.by:
        raise Refused(f"`{step.path}` was not offered to {turn.by}", "claim it, if nobody has it")


def _assign(turn: Turn, step: StepState, command: Work) -> None:
    if not command.to:
        raise Misuse("a step is assigned to somebody", "name them")
    if not command.rule:
        check_privilege(turn.state, step, "reassign", turn.by, now=turn.now)
    _check(turn, step, command.to)
    held = step.work
    if held.get("by") == command.to:
        return
    if held.get("by") and held["state"] != "allocated" and not command.reason.strip():
        raise Refused(
            f"{held['by']} has begun `{step.path}`: giving it to somebody else needs a note", "say how far it is"
        )
    _check_load(turn, command.to, command.load)
    about = {"to": command.to, "reason": command.reason.strip(), "from": held.get("by", ""), "rule": command.rule}
    _emit(turn, "WorkAssigned", step, _taken(turn, step, command.to, "allocated"), **about)
    _begin_at_once(turn, step)


def _suspend(turn: Turn, step: StepState, command: Work) -> None:
    held = _mine(turn, step, "started")
    if not command.reason.strip():
        raise Refused(f"letting `{step.path}` rest needs a reason", "say why")
    check_privilege(turn.state, step, "suspend", turn.by, now=turn.now)
    kept = {**held, "state": "suspended", "since": turn.now, "reason": command.reason.strip()}
    _emit(turn, "WorkSuspended", step, kept)


def _continue(turn: Turn, step: StepState, command: Work) -> None:
    held = _mine(turn, step, "suspended")
    kept = {name: value for name, value in held.items() if name != "reason"}
    _emit(turn, "WorkResumed", step, {**kept, "state": "started", "since": turn.now})


def _help(turn: Turn, step: StepState, command: Work) -> None:
    _check(turn, step, turn.by)
    if turn.by in (step.work.get("by"), *step.helpers):
        return
    if not step.work.get("by"):
        raise Refused(f"nobody has claimed `{step.path}` that could be helped", "claim it yourself")
    _emit(turn, "HelperJoined", step, {**step.work, "helpers": [*step.helpers, turn.by]}, by=turn.by)


_ACTS: Mapping[str, Callable[[Turn, StepState, Work], None]] = {
    "claim": _claim,
    "unclaim": _unclaim,
    "start": _start,
    "delegate": _delegate,
    "accept": _accept,
    "decline": _decline,
    "assign": _assign,
    "suspend": _suspend,
    "continue": _continue,
    "help": _help,
}
"""What can be done about who has a step, by its word."""
