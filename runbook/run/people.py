"""Who may act at a step: the one place that every way in goes through.

Rule 1: a role is one part in the whole run. What keeps two roles apart in one of its processes does so in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.clauses import Role
from runbook.definition import Process, Step
from runbook.errors import Refused
from runbook.run.progress import Scope, StepState, role_of
from runbook.run.state import RunState


def check_entitled(
    state: RunState, scope: Scope, step: Step, person: str, said_by: str = "", overdue: bool = False
) -> None:
    """Nothing when the person may act at the step; `Refused` says which rule forbids it.

    `said_by` is the system user who speaks, when that is somebody else than the person they name. A step that is
    `overdue` may be done by those as well to whom it is offered then.
    """
    process, name = role_of(scope, step)
    due = step.flow.due
    try:
        _check_role(state, scope, step, process, name, person, said_by)
    except Refused:
        if not overdue or due is None or not due.role:
            raise
        _check_role(state, scope, step, scope.process, due.role, person, said_by)


def _check_role(
    state: RunState, scope: Scope, step: Step, process: Process, name: str, person: str, said_by: str
) -> None:
    """Nothing when the person may act at the step in that role."""
    role = process.roles.get(name, Role(name))
    if role.people and person not in role.people:
        raise Refused(
            f"{person} may not act as `{role.name}` at `{scope.prefix}{step.id}`",
            f"ask one of {', '.join(role.people)}",
        )
    if role.people and said_by not in ("", person):
        raise Refused(
            f"{person} has to speak for themselves at `{scope.prefix}{step.id}`: `{role.name}` names its people",
            f"let {person} answer, logged in as themselves",
        )
    if "starter" in step.excludes and person == state.started_by:
        raise Refused(f"{person} started this run and may not act at `{scope.prefix}{step.id}`", "ask somebody else")
    for other in (*_kept_apart(state, role.name), *step.excludes):
        if other != role.name and person in _players(state, scope, other):
            at = f"`{scope.prefix}{step.id}`"
            raise Refused(
                f"{person} acts as `{other}` in this run and may not act as `{role.name}` at {at}", "ask somebody else"
            )


def check_starter(state: RunState, step: StepState, person: str) -> None:
    """Nothing when the person may begin a run that carries over what this step has done: they play its first role."""
    first = next(iter(state.plan.process.roles), "")
    _, role = role_of(step.siblings.scope, step.step)
    apart = role in _kept_apart(state, first) or {"starter", first} & set(step.step.excludes)
    if person and person == step.by and role != first and apart:
        raise Refused(
            f"{person} acted at `{step.path}` in run {state.run} and may not begin a run that carries it over",
            "let somebody else begin it, or leave out --from",
        )


def authority_over(scope: Scope) -> tuple[Process, str] | None:
    """The innermost strict process around, and the role that may deviate from it; None where a reason is enough."""
    around: Scope | None = scope
    while around is not None:
        if around.process.mode == "strict":
            return around.process, around.process.authority
        around = around.owner.siblings.scope if around.owner else None
    return None


def check_authority(state: RunState, scope: Scope, what: str, by: str, said_by: str = "") -> None:
    """Nothing when the person may deviate there, or a reason is enough; `Refused` names the role that may.

    What somebody passes on (`said_by`) is nobody's authority: whoever has it uses it themselves.
    """
    found = authority_over(scope)
    if found is None:
        return
    process, name = found
    role = process.roles.get(name, Role(name))
    ask = f"ask {' or '.join(role.people)}" if role.people else f"ask somebody who plays `{name}`"
    if said_by not in ("", by):
        raise Refused(
            f"{what} takes the authority of `{name}`, and {said_by} only passes on what {by} says",
            f"let {by} do it, logged in as themselves",
        )
    if role.people and by not in role.people:
        raise Refused(f"{what} takes the authority of `{name}`, which {by} does not have", ask)
    for other in _kept_apart(state, name):
        if other != name and by in _players(state, scope, other):
            raise Refused(
                f"{what} takes the authority of `{name}`, and {by} acts as `{other}` in this run", f"{ask} who does not"
            )


def names_of(state: RunState, person: str) -> tuple[str, ...]:
    """What a person may sign with."""
    return (person,)


def _kept_apart(state: RunState, name: str) -> Iterator[str]:
    """The roles whose players may not act in this one, whichever of the two says so."""
    for process in state.plan.processes.values():
        for role in process.roles.values():
            if role.name == name:
                yield from role.excludes
            elif name in role.excludes:
                yield role.name


def _players(state: RunState, scope: Scope, name: str) -> set[str]:
    """Who has acted in the role; whoever started the run plays the first role of each of its processes."""
    starter = {state.started_by} if name == next(iter(scope.process.roles), "") else set()
    return state.played.get(name, set()) | starter
