"""Who may act at a step: the one place that every way in goes through."""

from __future__ import annotations

from runbook.clauses import Role
from runbook.definition import Step
from runbook.errors import Refused
from runbook.run.progress import Scope
from runbook.run.state import RunState


def check_entitled(state: RunState, scope: Scope, step: Step, person: str, said_by: str = "") -> None:
    """Nothing when the person may act at the step; `Refused` says which rule forbids it.

    `said_by` is the system user who speaks, when that is somebody else than the person they name.
    """
    roles = scope.process.roles
    name = step.role or next(iter(roles), "")
    role = roles.get(name, Role(name))
    if role.people and person not in role.people:
        raise Refused(
            f"{person} may not act as `{name}` at `{scope.prefix}{step.id}`",
            f"ask one of {', '.join(role.people)}",
        )
    if role.people and said_by not in ("", person):
        raise Refused(
            f"{person} has to speak for themselves at `{scope.prefix}{step.id}`: `{name}` names its people",
            f"let {person} answer from their own login",
        )
    if "starter" in step.excludes and person == state.started_by:
        raise Refused(f"{person} started this run and may not act at `{scope.prefix}{step.id}`", "ask somebody else")
    for excluded in (*role.excludes, *step.excludes):
        _check_apart(scope, step, person, played=excluded, wanted=name)
    for other in roles.values():
        if name in other.excludes:
            _check_apart(scope, step, person, played=other.name, wanted=name)


def _check_apart(scope: Scope, step: Step, person: str, *, played: str, wanted: str) -> None:
    if played != wanted and person in scope.played.get(played, ()):
        raise Refused(
            f"{person} acts as `{played}` in this run and may not act as `{wanted}` at `{scope.prefix}{step.id}`",
            "ask somebody else",
        )
