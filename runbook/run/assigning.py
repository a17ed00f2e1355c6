"""Roles bound to people: named when a run starts, or later by whoever may.

Rule 1: whoever is named has to have what the role asks for; the run never makes somebody fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.clauses import Role
from runbook.errors import Misuse, Refused
from runbook.run.commands import AssignRole
from runbook.run.fitness import named

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.run.state import RunState
    from runbook.run.turn import Turn


def check_named(state: RunState, organisation: Organisation, starter: str, roles: Mapping[str, Sequence[str]]) -> None:
    """Nothing when these people may play these roles of a run that is about to start, and none is left open."""
    declared = _declared(state)
    for name, people in roles.items():
        _check(organisation, declared, name, people)
    for name, role in declared.items():
        if role.binds == "start" and name not in roles:
            raise Refused(f"who plays `{name}` has to be named when the run starts", f"add --role {name}=PERSON")
    first = next(iter(state.plan.process.roles), "")
    if first in roles and starter not in roles[first]:
        raise Refused(
            f"{starter} starts the run and so plays `{first}`, but is not named for it", f"name {starter} too"
        )


def assign_role(turn: Turn, command: AssignRole) -> None:
    """A role of a run under way is given to these people, by somebody who may give work to others."""
    state, declared = turn.state, _declared(turn.state)
    if not command.people:
        raise Misuse("nobody is named", "name somebody")
    _check(state.organisation, declared, command.role, command.people)
    role = declared[command.role]
    if role.people_from:
        known = named(state, state.scopes[""], role)
        for person in command.people:
            if person not in known:
                raise Refused(f"{person} may not play `{role.name}`", f"name one of {', '.join(known) or 'nobody yet'}")
    _check_may_assign(state, declared, role, turn.by)
    if command.role in state.assigned and not command.reason.strip():
        raise Refused(f"`{command.role}` is given to others already", "say why it changes")
    if tuple(command.people) != state.assigned.get(command.role):
        turn.emit("RoleAssigned", role=command.role, people=list(command.people), reason=command.reason.strip())


def _check_may_assign(state: RunState, declared: Mapping[str, Role], role: Role, by: str) -> None:
    """Nothing when the person may say whose the role is: where that is no privilege, who began the run, or who has it.

    While nobody has it, that is whoever can play it.
    """
    may = state.plan.process.privileges.get("reassign", ())
    if may and any(_plays(state, declared[name], by) for name in may):
        return
    if not may and (by == state.started_by or _plays(state, role, by)):
        return
    others = [state.started_by, *state.assigned.get(role.name, ())]
    ask = f"whoever plays {' or '.join(may)}" if may else " or ".join(dict.fromkeys(others))
    raise Refused(f"{by} may not give `{role.name}` to anybody", f"ask {ask}")


def _plays(state: RunState, role: Role, person: str) -> bool:
    if role.people and person not in named(state, state.scopes[""], role):
        return False
    return person in state.assigned.get(role.name, (person,)) and not state.organisation.lacks(person, role)


def _declared(state: RunState) -> dict[str, Role]:
    return {name: role for process in state.plan.processes.values() for name, role in process.roles.items()}


def _check(organisation: Organisation, declared: Mapping[str, Role], name: str, people: Sequence[str]) -> None:
    if name not in declared:
        raise Misuse(f"the process has no role `{name}`", f"its roles are {', '.join(declared) or 'none'}")
    for person in people:
        if (why := _lacks(organisation, declared[name], person)) is not None:
            fit = organisation.eligible(declared[name]) or declared[name].people
            raise Refused(
                f"{person} may not play `{name}`" + (f": {why}" if why else ""),
                f"name one of {', '.join(fit)}" if fit else "name somebody else",
            )


def _lacks(organisation: Organisation, role: Role, person: str) -> str | None:
    """Why somebody can't play a role, as far as can be told before the run; None when they can."""
    if role.people and not role.people_from and person not in role.people:
        return ""
    return organisation.lacks(person, role) or None
