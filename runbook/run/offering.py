"""To whom a step that waits is offered: what an inbox shows, and whom a rule gives it to.

Rule 1: it asks the very rules that an answer is held to, so that nothing is offered which would be refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runbook.clauses import Role
from runbook.errors import Refused, RunbookError
from runbook.outcome import WaitsFor
from runbook.run.approving import check_decider
from runbook.run.events import Status
from runbook.run.people import check_entitled, check_verifier, fitting, fitting_as
from runbook.run.progress import Scope, StepState, role_of
from runbook.run.state import RunState
from runbook.run.working import check_free

_AWAITED = (WaitsFor.PERSON.value, WaitsFor.DECISION.value)


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody has had to do with a step in earlier runs: how often they did it, and when they last had it.

    `given` orders the people by when a rule gave it to them last, the newest with the highest number; 0 for never.
    """

    done: int = 0
    last: str = ""
    given: int = 0


def objection(state: RunState, step: StepState, person: str, now: str) -> RunbookError | None:
    """Why the person may not answer the step now; None when they may."""
    try:
        if step.performed and not step.status.is_final:
            check_verifier(state, step, person, now=now)
        elif step.step.kind == "approval" and step.status is Status.WAITING:
            check_decider(state, step, person, now)
        else:
            whom = check_entitled(state, step.siblings.scope, step.step, person, "", step.overdue, now)
            if step.work.get("offered") != person:
                check_free(step, person, whom)
    except RunbookError as error:
        return error
    return None


def candidates(state: RunState, step: StepState, now: str) -> tuple[str, ...]:
    """The ids of all to whom the step is offered, as far as people are known."""
    if step.performed:
        return tuple(each for each in fitting_as(state, step, step.step.verifier, now) if _may(state, step, each, now))
    if step.step.kind == "approval" and step.step.spec is not None:
        found = (each for role in step.step.spec.roles for each in fitting_as(state, step, role, now))
        return tuple(dict.fromkeys(each for each in found if _may(state, step, each, now)))
    return fitting(state, step.siblings.scope, step.step, now)


def _may(state: RunState, step: StepState, person: str, now: str) -> bool:
    return objection(state, step, person, now) is None


def awaited(state: RunState) -> Iterator[StepState]:
    """Every step that waits for people, or that they have to decide about."""
    for path in state.in_doubt:
        yield state.steps[path]
    for path in state.waiting:
        if state.steps[path].waits_for in _AWAITED:
            yield state.steps[path]


def answering_roles(state: RunState, step: StepState) -> Iterator[Role]:
    """The roles of whom a step waits for now."""
    scope, spec, due = step.siblings.scope, step.step.spec, step.step.flow.due
    if step.performed and not step.status.is_final:
        names: list[tuple[Scope, str]] = [(scope, step.step.verifier)]
    elif step.step.kind == "approval" and spec is not None:
        names = [(scope, name) for name in spec.roles]
    else:
        names = [role_of(scope, step.step)]
    if step.overdue and due is not None and due.role:
        names.append((scope, due.role))
    for around, name in names:
        if name:
            yield around.process.roles.get(name, Role(name))


def to_come(state: RunState, person: str, now: str) -> Iterator[StepState]:
    """The steps that have not begun and that the person may do when their turn comes."""
    kinds = state.plan.kinds
    for step in state.steps.values():
        if step.status is Status.PENDING and kinds[step.step.kind].answer and step.step.kind != "decision":
            try:
                check_entitled(state, step.siblings.scope, step.step, person, "", False, now)
            except Refused:
                continue
            yield step


def chosen(state: RunState, step: StepState, loads: Mapping[str, int], past: Mapping[str, Past], now: str) -> str:
    """Whom the step's own rule gives it to: one of those who may and are there; empty when nobody is.

    `loads` are the steps that people have claimed in all runs, `past` what they had to do with this one.
    """
    rule = step.step.performer.allocate if step.step.performer else ""
    people = state.organisation.people
    there = [
        each
        for each in sorted(fitting(state, step.siblings.scope, step.step, now))
        if not people[each].away(now[:10]) and not (people[each].wip and loads.get(each, 0) >= people[each].wip)
    ] if people else []  # fmt: skip
    if not there:
        return ""
    known = {each: past.get(each, Past()) for each in there}
    match rule:
        case "shortest-queue":
            return min(there, key=lambda each: (loads.get(each, 0), each))
        case "experienced":
            return min(there, key=lambda each: (-known[each].done, each))
        case "least-recent":
            return min(there, key=lambda each: (known[each].last, known[each].given, each))
    newest = max(past, key=lambda each: past[each].given, default="")
    if not newest or not past[newest].given:
        return there[0]
    return next((each for each in there if each > newest), there[0])
