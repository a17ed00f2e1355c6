"""How what was over is opened again: a step on a way back, a turn of it, and what of its list can come again.

Rule 1: nothing here decides, and nothing is recorded here: the same events lead to the same lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook.run.endings import failure, is_spare
from runbook.run.events import Status
from runbook.run.progress import StepList, StepState, Turns

if TYPE_CHECKING:
    from runbook.run.state import RunState


def reopen(state: RunState, step: StepState) -> None:
    """The step has not begun again, and what needs it waits for it again; its attempts go on being counted."""
    siblings, ended_as = step.siblings, step.status
    if ended_as.is_final:
        siblings.open += 1
        if siblings.beside and siblings.open == 1 and _is_under_way(siblings) and siblings.owner:
            siblings.owner.siblings.open += 1
    if step.released:
        for follower in siblings.links.after[step.step.id]:
            siblings.missing[follower] += 1
    siblings.open -= sum(1 for each in step.inside if isinstance(each, StepList) and each.beside and each.open)
    step.before = step.answers or step.before
    step.begin()
    step.passes += 1
    if siblings.lost:
        recount(siblings)
    if siblings.failed:
        siblings.failed = next((why for each in siblings.steps.values() if (why := failure(each))), "")
    if siblings.open == 1 and siblings.owner is not None and siblings.owner.turns is not None and not siblings.handles:
        turn_again(siblings.owner.turns, ended_as)
    if siblings.missing[step.step.id] <= 0 and _is_under_way(siblings):
        state.make_ready(step)


def turn_again(turns: Turns, ended_as: Status) -> None:
    """A turn that was over is not."""
    if ended_as.is_final:
        turns.open += 1
        turns.done -= ended_as in (Status.SUCCEEDED, Status.SKIPPED)
        turns.failed -= ended_as is Status.FAILED


def _is_under_way(siblings: StepList) -> bool:
    """True when a step of the list can begin now."""
    if siblings.undoes is not None or siblings.stopped:
        return False
    owner = siblings.owner
    if owner is None:
        scope = siblings.scope.whole
        return scope.current is siblings and (scope.owner is None or scope.owner.status is Status.RUNNING)
    if siblings.beside:
        return owner.status not in (Status.PENDING, Status.READY)
    return owner.status is Status.RUNNING and siblings.handles == bool(owner.handling)


def recount(siblings: StepList) -> None:
    """What can't come any more is worked out anew; what can come again has not begun."""
    siblings.lost = {}
    for id in siblings.links.order:
        step = siblings.steps[id]
        if step.cut and len(step.step.needs) - siblings.lost.get(id, 0) >= siblings.links.required[id]:
            step.begin()
            siblings.open += 1
        if step.cut or (step.status is Status.FAILED and is_spare(step)):
            for follower in siblings.links.after[id]:
                siblings.lost[follower] = siblings.lost.get(follower, 0) + 1
