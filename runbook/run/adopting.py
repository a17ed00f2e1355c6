"""A run goes on by another version of its process: its lists get the new steps, what was done stays. For the fold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runbook.definition import Step
from runbook.run.endings import satisfies
from runbook.run.events import Status
from runbook.run.lists import way_back
from runbook.run.plan import Plan
from runbook.run.progress import StepList, StepState
from runbook.run.reopening import recount

if TYPE_CHECKING:
    from runbook.run.state import RunState


def adopt(state: RunState, plan: Plan) -> None:
    """From now on the plan holds."""
    state.plan = plan
    for scope in state.scopes.values():
        process = plan.processes.get(scope.process.id)
        if process is None:
            continue  # it is over, and nothing uses it any more
        scope.process = process
        defaults = {name: each.default for name, each in process.inputs.items() if not each.required}
        scope.inputs = {**defaults, **{name: value for name, value in scope.inputs.items() if name in process.inputs}}
    for siblings in {id(step.siblings): step.siblings for step in state.steps.values()}.values():
        _follow(siblings)
        _renew(state, siblings)


def _follow(siblings: StepList) -> None:
    """A part of a process sees what the process sees."""
    for scope in siblings.scope.chain():
        if scope.outer:
            scope.process, scope.inputs = scope.whole.process, scope.whole.inputs


def _renew(state: RunState, siblings: StepList) -> None:
    process = siblings.scope.process
    if siblings.undoes is not None or not siblings.part:
        for step in siblings.steps.values():
            step.step = _same(process.every_step(), step, siblings) or step.step
        return
    links = state.plan.links.get(process.id, {}).get(siblings.part)
    if links is None:
        return
    siblings.links = links
    known = {step.id: step for step in process.every_step()}
    under_way = siblings.open > 0 and not siblings.stopped
    for id in [id for id in siblings.steps if id not in links.after]:
        _take_out(state, siblings, siblings.steps[id])
    for id in links.order:
        if id in siblings.steps:
            siblings.steps[id].step = known[id]
        elif under_way:
            path = siblings.scope.prefix + id
            siblings.steps[id] = state.steps[path] = StepState(path, known[id], siblings)
            siblings.open += 1
    if under_way:
        _order_anew(state, siblings)


def _same(steps: Iterable[Step], step: StepState, siblings: StepList) -> Step | None:
    """The new version of the step of a turn, or of a way back."""
    for each in steps:
        if each.id == step.step.id:
            if siblings.undoes is not None:
                return way_back(each) if each.undo else None
            return each.flow.body
    return None


def _take_out(state: RunState, siblings: StepList, step: StepState) -> None:
    """A step that there is no more, and that had not begun."""
    if step.status in (Status.PENDING, Status.READY) and not step.attempts:
        state.leave(step)
        del siblings.steps[step.step.id], state.steps[step.path]
        step.status = Status.CANCELLED
        siblings.open -= 1


def _order_anew(state: RunState, siblings: StepList) -> None:
    """What each step still waits for, worked out from what is over."""
    links = siblings.links
    siblings.missing = dict(links.required)
    for id, step in siblings.steps.items():
        step.released = step.released or satisfies(step)
        for follower in links.after.get(id, ()) if step.released else ():
            siblings.missing[follower] -= 1
    recount(siblings)
    for id in links.order:
        step = siblings.steps[id]
        if step.status is Status.PENDING and siblings.missing[id] <= 0:
            state.make_ready(step)
        elif step.status is Status.READY and not step.attempts and siblings.missing[id] > 0:
            state.leave(step)
            step.status = Status.PENDING
