"""A run that had ended goes on: which steps were left, and how its lists and processes are taken up. For the fold.

Rule 1: what is done stays done. Anew is only what failed the process, what was cancelled, and what was undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook.graph import onward, partial
from runbook.run.endings import failure, goes_on, is_spare, satisfies
from runbook.run.events import Status
from runbook.run.lists import next_phase, release
from runbook.run.progress import Scope, StepList, StepState
from runbook.run.reopening import turn_again

if TYPE_CHECKING:
    from runbook.run.state import RunState


def is_unfinished(step: StepState) -> bool:
    """True when a retry does the step anew: it failed the process, or stopped the rest, or was cancelled."""
    if step.status is Status.FAILED and is_spare(step):
        return _is_wanted(step)
    if step.status is Status.FAILED:
        return bool(failure(step)) or not goes_on(step)
    cancelled = step.status is Status.CANCELLED and not step.released  # one that was released is as good as skipped
    return cancelled or step.status is Status.UNDONE


def _is_wanted(step: StepState) -> bool:
    """True when a join that the step leads to has not been met without it, or something could not begin for it."""
    siblings = step.siblings
    found = [siblings.steps[id] for id in onward((step.step.id,), siblings.links.after)]
    joins = (each for each in found if partial(each.step))
    return any(each.cut for each in found) or any(
        each.status not in (Status.SUCCEEDED, Status.SKIPPED) for each in joins
    )


def unfinished_phase(scope: Scope) -> str:
    """The first list of a process that has something to be done anew; empty when none has."""
    phases = (":checks", ":steps", ":finally")
    found = (phase for phase in phases if phase in scope.lists and _has_unfinished(scope.lists[phase]))
    return next(found, "")


def can_go_on(scope: Scope) -> bool:
    """True when something of a process that is over can be done anew, or was never come to."""
    return bool(unfinished_phase(scope)) or (scope.withdrawn and ":steps" not in scope.lists)


def can_be_taken_up(step: StepState) -> bool:
    """True when something inside of a step was left, so that it need not be done anew as a whole."""
    if step.status is Status.UNDONE:
        return False
    inside = (each for each in step.inside if isinstance(each, Scope) or not (each.beside or each.handles))
    return any(can_go_on(each) if isinstance(each, Scope) else _has_unfinished(each) for each in inside)


def _has_unfinished(siblings: StepList) -> bool:
    return any(is_unfinished(step) for step in siblings.steps.values())


def take_up_scope(state: RunState, scope: Scope) -> None:
    """A process that had ended goes on with the first list in which something was left."""
    scope.failed, scope.ends, scope.withdrawn, scope.undoing = "", "", False, None
    if key := state.keys.get(f"{scope.prefix}:"):
        state.locks[f"{scope.prefix}:"] = (*key, False)
    scope.phase = unfinished_phase(scope)
    scope.current = scope.lists.get(scope.phase)
    if scope.current is None and ":checks" in scope.lists:
        scope.phase = ":checks"  # it was cancelled between them and the first step
        next_phase(state, scope)
    elif scope.current is not None:
        take_up_list(state, scope.current)
    elif scope.process.concurrency:
        state.to_lock.append(scope)
    else:
        next_phase(state, scope)


def take_up_list(state: RunState, siblings: StepList) -> None:
    """A list that was stopped goes on."""
    siblings.stopped = siblings.withdrawn = siblings.ended = False
    siblings.failed = ""
    for step in siblings.steps.values():
        if step.status is not Status.CANCELLED and satisfies(step):
            release(state, step)


def take_up(state: RunState, step: StepState, ended_as: Status) -> None:
    """A step with others inside goes on with what was left in it."""
    siblings = step.siblings
    siblings.open += 1
    if siblings.open == 1 and siblings.owner is not None and siblings.owner.turns is not None and not siblings.handles:
        turn_again(siblings.owner.turns, ended_as)
    if step.released:
        step.released = False
        for follower in step.siblings.links.after[step.step.id]:
            step.siblings.missing[follower] += 1
    step.stopping, step.handling, step.undoing, step.unhandled = "", {}, None, False
    step.ended_at = step.reason = ""
    if step.turns is not None:
        step.turns.complete = ""
        state.turning.append(step)
    for opened in step.inside:
        if isinstance(opened, Scope):
            take_up_scope(state, opened)
        else:
            take_up_list(state, opened)
