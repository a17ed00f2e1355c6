"""Who would be asked at a step, known before there is a run: by role, and by name where the organisation is known."""

from __future__ import annotations

from dataclasses import dataclass

from runbook.clauses import Role
from runbook.definition import Step
from runbook.errors import ExpressionError, Refused
from runbook.graph import single
from runbook.run.knowing import Knowledge
from runbook.run.people import fitting, fitting_as
from runbook.run.progress import Scope, StepList, StepState, role_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A role that is asked, and for what: to `do` the step, to `approve`, or to `confirm` what was recorded."""

    what: str
    role: str
    people: tuple[str, ...] = ()
    """Who may, where people are described; it may be fewer once others have acted."""
    nobody: bool = False
    """True when people are described and nobody of them may."""


def asked_at(known: Knowledge, scope: Scope, step: Step) -> tuple[Asked, ...]:
    """Everybody whose word a step needs."""
    kind = known.state.plan.kinds[step.kind]
    found: list[Asked] = []
    if step.kind == "approval":
        found += [_asked(known, scope, step, "approve", role) for role in step.spec.roles]
    elif kind.answer is not None and getattr(step.spec, "automatic", False) is False:
        found.append(_asked(known, scope, step, "do", ""))
    if step.verifier:
        found.append(_asked(known, scope, step, "confirm", step.verifier))
    return tuple(each for each in found if each.role)


def _asked(known: Knowledge, scope: Scope, step: Step, what: str, name: str) -> Asked:
    role = name or role_of(scope, step)[1]
    if scope.process.roles.get(role, Role(role)) == Role(role) and not known.state.organisation:
        return Asked(what, role)
    try:
        if name:
            state = StepState(scope.prefix + step.id, step, StepList(scope, None, single(step.id)))
            people = fitting_as(known.state, state, name, known.now)
        else:
            people = fitting(known.state, scope, step, known.now)
    except (ExpressionError, Refused):  # it hangs on what is not known yet
        return Asked(what, role)
    return Asked(what, role, people, nobody=bool(known.state.organisation) and not people)
