"""Who fits a role at a step, and who has played it: questions about people, which refuse nothing.

Rule 1: whoever stands in for somebody fits when that one does; what they are kept apart from is asked of both.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.clauses import Role, Template
from runbook.definition import Step
from runbook.errors import ExpressionError
from runbook.run.plan import Plan
from runbook.run.progress import Scope, StepState
from runbook.run.state import RunState


def why_not(
    state: RunState, scope: Scope, step: Step, around: Scope, role: Role, person: str, what: str, now: str, alone: bool
) -> tuple[str | None, str]:
    """Why neither the person nor whom they stand in for can act in the role, None when one can; and for whom."""
    why = unfit(state, scope, step, around, role, person, now, alone)
    if why is None:
        return None, ""
    sort = what or ("approve" if step.kind == "approval" else "perform")
    for other in state.organisation.principals(person, sort, (now or state.now)[:10]):
        if unfit(state, scope, step, around, role, other, now, alone) is None:
            return None, other
    return why, ""


def unfit(
    state: RunState, scope: Scope, step: Step, around: Scope, role: Role, person: str, now: str, alone: bool
) -> str | None:
    """Why somebody can't be in that role at the step, in words or empty; None when they can."""
    why = unfit_as(state, around, role, person)
    wanted = step.performer
    if why is not None or wanted is None or alone:
        return why
    if (wanted.people or wanted.people_from) and person not in _evaluated(
        state, scope, wanted.people, wanted.people_from
    ):
        return "the step is for others"
    if wanted.capabilities and (lacks := state.organisation.lacks(person, Role("", capabilities=wanted.capabilities))):
        return lacks
    familiar = _familiar(state, scope, wanted.same_as, now) if wanted.same_as else ""
    return f"{familiar} did `{wanted.same_as}`, and does this too" if familiar not in ("", person) else None


def unfit_as(state: RunState, around: Scope, role: Role, person: str) -> str | None:
    """The same for the role alone, whatever is done in it."""
    assigned = state.assigned.get(role.name, ())
    if assigned and person not in assigned:
        return f"in this run that is {' or '.join(assigned)}"
    if (role.people or role.people_from) and person not in named(state, around, role):
        return ""
    if lacks := state.organisation.lacks(person, role):
        return lacks
    if role.manager_of and not _manages(state, around, role, person):
        return f"not the manager of `{role.manager_of}`"
    return None


def named(state: RunState, around: Scope, role: Role) -> tuple[str, ...]:
    """The people whom a role names, those included that a value names."""
    return _evaluated(state, around, role.people, role.people_from)


def _evaluated(
    state: RunState, scope: Scope, people: tuple[str, ...], people_from: tuple[Template, ...]
) -> tuple[str, ...]:
    if not people_from:
        return people
    from runbook.run.values import Names

    found = list(people)
    for template in people_from:
        try:
            value = Names(state, scope).value(template)
        except ExpressionError:
            continue  # nobody is known yet
        found += [str(each) for each in (value if isinstance(value, list) else [value])]
    return tuple(found)


def _manages(state: RunState, around: Scope, role: Role, person: str) -> bool:
    below = {state.started_by} if role.manager_of == "starter" else players(state, around, role.manager_of)
    return any(state.organisation.manager_of(each) == person for each in below)


def _familiar(state: RunState, scope: Scope, id: str, now: str) -> str:
    """Who did that step, as long as they are there to do another one."""
    found = who_did(state, scope, id)
    known = state.organisation.people.get(found.by) if found else None
    if found is None or (state.organisation and (known is None or known.away((now or state.now)[:10]))):
        return ""
    return found.by


def who_did(state: RunState, scope: Scope, id: str) -> StepState | None:
    """The step of that id, as it is seen from that process: who did it stands in it; None when there is none."""
    return next((found for each in scope.chain() if (found := state.steps.get(each.prefix + id))), None)


def names_people(state: RunState, role: Role, step: Step) -> bool:
    """True when it is said who may act, so that nobody speaks for them."""
    wanted = step.performer
    if role.people or role.people_from or role.name in state.assigned:
        return True
    if wanted and (wanted.people or wanted.people_from or wanted.same_as):
        return True
    return bool(state.organisation) and (role.asks or bool(wanted and wanted.capabilities))


def kept_apart(plan: Plan, name: str) -> Iterator[str]:
    """The roles whose players may not act in this one, whichever of the two says so."""
    for process in plan.processes.values():
        for role in process.roles.values():
            if role.name == name:
                yield from role.excludes
            elif name in role.excludes:
                yield role.name


def players(state: RunState, scope: Scope, name: str) -> set[str]:
    """Who has acted in the role; whoever started the run plays the first role of each of its processes."""
    starter = {state.started_by} if name == next(iter(scope.process.roles), "") else set()
    return state.played.get(name, set()) | starter
