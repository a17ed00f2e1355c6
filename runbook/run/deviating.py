"""Deviations: what a person does that the procedure does not foresee, who may do it, and how it is written down.

Rule 1: a deviation has a reason. In a `strict` process it has an authority as well, and nobody lends theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.errors import Refused
from runbook.form import beyond
from runbook.run.commands import Answer
from runbook.run.people import authority_over, check_authority, check_entitled, check_privilege, left_to
from runbook.run.progress import Scope, StepState
from runbook.run.state import RunState

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.turn import Turn

OUT_OF_LIMITS = "out-of-limits"
"""The kind of deviation that takes values which lie outside of what their fields allow."""

_PRIVILEGES = {"skipped": "skip", "redo": "redo"}
"""Which privilege an answer takes, where a step or its process leaves that to certain roles."""

_SAID = {"done": "declaring done", "skipped": "skipping", "redo": "repeating"}
"""What a person may say of a program that failed, or is in doubt, and deviates by it."""


def stated(step: StepState, command: Answer) -> dict[str, Json]:
    """The deviation that a reply states, with what lies outside of its limits; empty when it states none."""
    if not command.deviation.strip():
        return {}
    fields = beyond(getattr(step.step.spec, "fields", ()), command.fields)
    return {"kind": OUT_OF_LIMITS, "reason": command.deviation.strip(), "fields": fields}


def check_stated(step: StepState, command: Answer) -> None:
    """Nothing for a reply whose deviation is one; `Refused` when it takes nothing out of its limits."""
    if command.deviation and not command.deviation.strip():
        raise Refused("a deviation needs a reason", "say why the value is taken all the same")
    if not command.deviation:
        return
    if command.outcome != "done" or step.undecided:
        raise Refused("only a step that is done takes a deviation", "leave the deviation out; the reason says why")
    if not stated(step, command)["fields"]:
        raise Refused(f"nothing at `{step.path}` is out of its limits", "leave the deviation out")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is recorded of somebody who may: for whom they act (`whom`), and by whose authority (`about`)."""

    whom: str = ""
    about: Mapping[str, Json] = field(default_factory=dict)


def check_may_answer(
    state: RunState, step: StepState, command: Answer, person: str, said_by: str, now: str, changed: bool
) -> Allowed:
    """What is recorded with a reply when the person may say that; `Refused` names who has to.

    Leaving a step out, or deciding about a program that failed, takes the authority of a strict process instead of
    the role of the step; taking a value out of its limits, or another command than was shown, takes
    both. `changed` is true when they ran another command than the one that was shown.
    """
    scope = step.siblings.scope
    said = _SAID.get(command.outcome, "") if step.undecided or command.outcome == "skipped" else ""
    privileged = said and left_to(step, _PRIVILEGES.get(command.outcome, ""))[1]
    if privileged:
        check_privilege(state, step, _PRIVILEGES[command.outcome], person, said_by, now)
    if said and authority_over(scope):
        return Allowed(about=_authorised(state, scope, f"{said} `{step.path}`", person, said_by, now=now))
    overdue = step.overdue and not step.undecided
    whom = "" if privileged else check_entitled(state, scope, step.step, person, said_by, overdue, now)
    if command.deviation:
        return Allowed(
            whom, _authorised(state, scope, f"going out of limits at `{step.path}`", person, said_by, now=now)
        )
    if changed and not step.undecided:
        what = f"running another command at `{step.path}`"
        return Allowed(whom, _authorised(state, scope, what, person, said_by, now=now))
    return Allowed(whom)


def check_may_move(turn: Turn, step: StepState, what: str, privilege: str = "") -> dict[str, Json]:
    """What is recorded of the authority for taking the run off its way at this step; `Refused` names who has to.

    Where it is a privilege, who has that need not play the role of the step; nor need who has the authority.
    """
    state, scope = turn.state, step.siblings.scope
    privileged = left_to(step, privilege)[1]
    if privileged:
        check_privilege(state, step, privilege, turn.by, now=turn.now)
    if authority_over(scope):
        return _authorised(state, scope, f"{what} `{step.path}`", turn.by, now=turn.now)
    if not privileged:
        check_entitled(state, scope, step.step, turn.by, now=turn.now)
    return {}


def check_may_alter(state: RunState, what: str, person: str, now: str) -> dict[str, Json]:
    """The same for the run as a whole: by the authority of every strict process that is, or was, under way in it."""
    strict = {each.process.id: each for each in state.scopes.values() if each.process.mode == "strict"}
    found = [_authorised(state, scope, what, person, now=now) for scope in strict.values()]
    return found[0] if found else {}


def _authorised(
    state: RunState, scope: Scope, what: str, person: str, said_by: str = "", *, now: str
) -> dict[str, Json]:
    check_authority(state, scope, what, person, said_by, now)
    found = authority_over(scope)
    return {"authority": found[1]} if found else {}
