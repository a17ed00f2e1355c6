"""What a new run carries over from an earlier one, so that it begins with a step in the middle.

Rule 1: what is carried over was done, with the same definition and the same inputs; nothing before the step is guessed.
Rule 2: a yes is given for one run. Checks and approvals are not carried over, and who did what still counts for the
roles that are kept apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.definition import walk
from runbook.errors import Misuse, Refused
from runbook.graph import onward
from runbook.run.events import Status
from runbook.run.moves import all_inside, needed_by, with_inner
from runbook.run.paths import step_at
from runbook.run.people import check_starter
from runbook.run.progress import StepList, StepState, role_of
from runbook.run.state import RunState

if TYPE_CHECKING:
    from runbook.outcome import Json


def carried_over(before: RunState, since: str, inputs: Mapping[str, Json], by: str) -> dict[str, Json]:
    """By step, what had been done before the step `since`, as `Begin` takes it; `Refused` when that can't be.

    `by` is who begins the new run.
    """
    if not before.ended:
        raise Refused(f"run {before.run} is not over: it is {before.status}", "go on with it, or cancel it first")
    if inputs != before.scopes[""].inputs:
        raise Refused("what was done with other inputs can't be carried over", "leave out --from, or the inputs")
    first = _first(before, since)
    if first.status is Status.SKIPPED and not first.reply:
        raise Refused(f"`{since}` was left out in run {before.run}: {first.reason}", "name a step before it")
    _check_approvals(before, first)
    siblings = first.siblings
    order, anew, needed = siblings.links.order, onward((since,), siblings.links.after), needed_by(first)
    found = [
        each
        for id in order[: order.index(since)]
        if id not in anew
        for each in _to_carry(before, id, siblings.steps[id], since if id in needed else "")
    ]
    for step in found:
        for inner in with_inner(before, step):
            check_starter(before, inner, by)
    return {step.path: _as_json(before, step) for step in found}


def _check_approvals(before: RunState, first: StepState) -> None:
    """Nothing when no yes that stands on paper lies before the step: only whoever transcribed it says it was given."""
    siblings = first.siblings
    earlier = [siblings.steps[id].step for id in siblings.links.order[: siblings.links.order.index(first.step.id)]]
    approval = next((each for each in all_inside(before.plan, earlier) if each.kind == "approval"), None)
    if before.transcribed and approval is not None:
        raise Refused(
            f"`{approval.id}` was approved on paper, from which run {before.run} was transcribed, and that yes is not"
            " carried over",
            "leave out --from",
        )


def _first(before: RunState, since: str) -> StepState:
    """The step that the new run begins with: one of the process itself."""
    process, reached = before.plan.process, before.scopes[""].lists.get(":steps")
    if reached is not None and since in reached.steps:
        return reached.steps[since]
    if any(step.id == since for step in process.steps):
        raise Refused(f"run {before.run} did not come to its steps", "leave out --from")
    if any(step.id == since for step in process.checks):
        raise Refused(f"`{since}` is a check, and checks are made once more in any case", "leave out --from")
    if step_at(before.plan, since) is None:
        raise Misuse(f"run {before.run} has no step `{since}`", f"see `runbook status {before.run}`")
    top = since.partition("/")[0].partition(".")[0]
    around = next((step.id for step in process.steps if any(each.id == top for each in walk((step,)))), "")
    raise Refused(
        f"a run can't begin with `{since}`: it is inside of a part, or comes only at the end",
        f"name `{around}`" if around else "name one of the steps of the process",
    )


def _to_carry(before: RunState, top: str, step: StepState, since: str) -> Iterator[StepState]:
    """What is carried over of a step, which lies before `since` when that is named: itself, or the steps of a section.

    `top` is the step of the process that it is, or is inside of.
    """
    kind, apart = step.step.kind, step.step.flow.body is None
    done = step.status in (Status.SUCCEEDED, Status.SKIPPED) or (step.status is Status.CANCELLED and step.released)
    undone = next((each for each in with_inner(before, step) if each.status is Status.UNDONE), None)
    if since and (undone or not done):
        found = undone or step
        raise Refused(
            f"`{found.path}`, before `{since}`, was not done in run {before.run}: it is {found.status.value}",
            f"name `{top}`, or a step before it",
        )
    if kind == "approval":
        return
    if kind == "section" and apart and step.status is not Status.SKIPPED:
        for opened in step.inside:
            if isinstance(opened, StepList) and not opened.handles:
                for inner in opened.steps.values():
                    yield from _to_carry(before, top, inner, since)
        return
    if done and any(each.kind == "approval" for each in all_inside(before.plan, (step.step,))):
        raise Refused(
            f"an approval inside of `{step.path}` was given for one run", f"name `{top}`, or a step before it"
        )
    if done and not undone:
        yield step


def _as_json(before: RunState, step: StepState) -> Json:
    if before.is_carried(step):  # from one run to the next, nobody who had a part in it is forgotten
        return before.carried[step.path]
    if step.status is not Status.SUCCEEDED:
        kept: dict[str, Json] = {"status": Status.SKIPPED.value}
    else:
        kept = {"status": step.status.value, "outputs": dict(step.outputs), "answers": dict(step.answers)}
    played: dict[str, set[str]] = {}
    worked: set[str] = set()
    for inner in with_inner(before, step):
        did = set(inner.doers)
        worked |= did
        if did:
            played.setdefault(role_of(inner.siblings.scope, inner.step)[1], set()).update(did)
        if inner.confirmed_by:
            played.setdefault(inner.step.verifier, set()).add(inner.confirmed_by)
    told: dict[str, Json] = {"played": {role: sorted(people) for role, people in played.items()}} if played else {}
    if worked:
        told["worked"] = sorted(worked)
    if bound := {role: list(before.assigned[role]) for role in played if _is_bound(before, role)}:
        told["bound"] = bound
    who = {name: person for name, person in (("by", step.by), ("for", step.principal)) if person}
    return {**kept, **who, **told}


def _is_bound(before: RunState, role: str) -> bool:
    """True for a role that whoever acted in it first had in the whole run."""
    declared = (each.roles[role] for each in before.plan.processes.values() if role in each.roles)
    return role in before.assigned and any(each.binds == "first" for each in declared)
