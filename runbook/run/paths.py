"""Which step a path means: also that of a turn (`deploy.2`), one inside of it, or a way back (`copy.undo`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runbook.definition import Step, walk
from runbook.run.lists import way_back
from runbook.run.plan import Plan
from runbook.run.progress import Scope, StepState

if TYPE_CHECKING:
    from runbook.run.state import RunState


def step_at(plan: Plan, path: str) -> Step | None:
    """The step that a run can have at that path, whether it has been reached or not; None when there is none."""
    *around, last = path.split("/")
    steps: Iterable[Step] = plan.process.every_step()
    for part in around:
        step = _named(steps, part)
        if step is None or not (step.use or "." in part):
            return None
        steps = plan.processes[step.use].every_step() if step.use else walk(step.steps)
    return _named(steps, last)


def _named(steps: Iterable[Step], part: str) -> Step | None:
    id, *marks = part.split(".")
    step = next((each for each in steps if each.id == id), None)
    for mark in marks:
        if step is None:
            return None
        if mark == "undo":
            step = way_back(step) if step.undo else None
        else:
            step = step.flow.body if mark.isdecimal() and mark[0] != "0" else None
    return step


def is_for_later(plan: Plan, step: Step) -> bool:
    """True for a step that comes only when something happens: a failure, a cancellation, a delay."""
    for process in plan.processes.values():
        lists = (
            process.on_failure,
            process.on_cancel,
            *(each for one in process.every_step() for each in one.flow.do.values()),
        )
        if any(inner is step for each in lists for inner in walk(each)):
            return True
    return False


def step_named(state: RunState, scope: Scope, id: str) -> StepState | None:
    """The step of that id as it is seen from somewhere in a run: in a turn, the one of this turn."""
    return next((found for each in scope.chain() if (found := state.steps.get(each.prefix + id))), None)
