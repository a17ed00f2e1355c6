"""The operator's moves through a run: what becomes open again on the way back, what is skipped on the way on.

Rule 1: nothing here changes the run. What is refused is refused before anything is recorded.
Rule 2: a move never leaves out an answer that the way on hangs on, nor takes a step from a program at work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runbook.definition import Step, walk
from runbook.errors import Misuse, Refused
from runbook.graph import onward
from runbook.run.endings import goes_on, satisfies
from runbook.run.events import Status
from runbook.run.paths import is_for_later, step_at
from runbook.run.plan import Plan
from runbook.run.progress import StepList, StepState
from runbook.run.state import RunState


def to_reopen(state: RunState, path: str, ending: StepState | None = None) -> list[StepState]:
    """The steps that become open again when the run goes back to `path`: that step first, then what depends on it.

    A step that others of its needs let begin all the same does not depend on it. The steps inside of sections and
    processes come after those around them. `ending` is the step that leads back, which is about to be over: there all
    that follows is done anew, as the procedure says.
    """
    target = _reached(state, path)
    if not target.status.is_final:
        raise Refused(f"`{path}` is not over: it is {target.status.value}", "go back to a step that is over")
    if target.status is Status.CANCELLED or (target.status is Status.SKIPPED and not target.reply):
        raise Refused(f"`{path}` was left out: {target.reason}", "go back to the step that left it out")
    _check_open(target)
    found = [
        inner
        for step in (_following(target) if ending else _depending(target))
        for inner in with_inner(state, step)
        if inner.status is not Status.PENDING
    ]
    for step in found:
        if step is not ending:
            _check_idle(step)
    _check_wanted(target, found)
    return found


def _check_wanted(target: StepState, found: list[StepState]) -> None:
    """Refuses a step that a join has withdrawn, or would, because it goes on without it."""
    siblings = target.siblings
    for id, rest in siblings.links.rest.items():
        join = siblings.steps[id]
        if target.step.id in rest and join.status is not Status.PENDING and join not in found:
            raise Refused(f"`{join.path}` goes on without `{target.path}`", f"go back to `{join.path}`")


def to_skip(state: RunState, path: str) -> list[StepState]:
    """The steps that are skipped when the run goes on with `path`, which has not begun."""
    target = _reached(state, path)
    if target.status is not Status.PENDING:
        raise Refused(
            f"`{path}` has begun already: it is {target.status.value}", "go on with a step that has not begun"
        )
    _check_open(target)
    siblings = target.siblings
    wanted = needed_by(target)
    found = [step for id in siblings.links.order if id in wanted for step in _open_leaves(state, siblings.steps[id])]
    for step in found:
        _check_idle(step)
        check_skippable(state.plan, step)
    return found


def _reached(state: RunState, path: str) -> StepState:
    step = state.steps.get(path)
    if step is not None:
        return step
    found = step_at(state.plan, path)
    if found is None:
        raise Misuse(f"run {state.run} has no step `{path}`", f"see `runbook status {state.run}`")
    if is_for_later(state.plan, found):
        raise Refused(f"`{path}` comes only when something has happened", "name a step of the usual way")
    turns = (each for each in state.steps if step_at(state.plan, each) is found)
    if "." not in path and (turn := next(turns, "")):
        raise Refused(f"`{path}` is done in turns", f"name the step of one of them, such as `{turn}`")
    raise Refused(f"`{path}` is inside of a part that has not begun", "name the step around it")


def _check_open(step: StepState) -> None:
    """Refuses a step of a part that is over, or that was stopped."""
    siblings = step.siblings
    if siblings.undoes is not None:
        raise Refused(f"`{step.path}` is a step of a way back", "nothing was changed")
    if siblings.stopped:
        raise Refused(
            f"the steps around `{step.path}` were stopped", "let the run end, then go on with `runbook retry`"
        )
    while True:
        owner = siblings.owner or siblings.scope.owner
        if siblings.owner is None and siblings.scope.whole.current is not siblings:
            raise Refused(f"the part of the process with `{step.path}` is over", "start a new run")
        if owner is None:
            return
        if owner.handling.get("for") == "undo":
            raise Refused(f"`{owner.path}` is being undone", "let it end")
        under_way = owner.status is Status.RUNNING or (siblings.beside and owner.status is Status.WAITING)
        if not under_way or owner.released or owner.stopping:
            raise Refused(f"`{step.path}` is inside of `{owner.path}`, which is over", f"go back to `{owner.path}`")
        if owner.turns is not None and owner.step.flow.repeat and owner.turns.lists[-1] is not siblings:
            raise Refused(f"`{step.path}` is inside of a turn that is over", f"go back to `{owner.path}`")
        siblings = owner.siblings


def _check_idle(step: StepState) -> None:
    if step.status is Status.RUNNING and step.act:
        raise Refused(f"`{step.path}` is running", "wait until it has ended")
    if step.status is Status.IN_DOUBT:
        raise Refused(f"`{step.path}` is in doubt", "decide about it first")


def check_skippable(plan: Plan, step: StepState) -> None:
    """Nothing when the step may be left out; `Refused` when the way on hangs on it, or on one inside of it."""
    for each in all_inside(plan, (step.step,)):
        if not plan.kinds[each.kind].skippable:
            raise Refused(f"`{each.id}` can't be left out: the way on hangs on it", f"answer `{each.id}` first")


def all_inside(plan: Plan, steps: Iterable[Step]) -> Iterator[Step]:
    """These steps and whatever can be inside of them, each process they run once."""
    seen: set[str] = set()
    left = [tuple(steps)]
    while left:
        for each in walk(left.pop()):
            yield each
            if each.use and each.use not in seen:
                seen.add(each.use)
                left.append(tuple(plan.processes[each.use].every_step()))


def _depending(target: StepState) -> Iterator[StepState]:
    """The step and those of its list that could not have begun without it, in order."""
    siblings = target.siblings
    missing = dict(siblings.missing)
    for id in siblings.links.order:
        step = siblings.steps[id]
        if step is target or missing[id] > max(siblings.missing[id], 0):
            yield step
            if satisfies(step):
                for follower in siblings.links.after[id]:
                    missing[follower] += 1


def _following(target: StepState) -> Iterator[StepState]:
    """The step and all of its list that follow it, in order."""
    siblings = target.siblings
    found = onward((target.step.id,), siblings.links.after)
    return (siblings.steps[id] for id in siblings.links.order if id in found)


def needed_by(target: StepState) -> set[str]:
    """The ids of all that the step needs, and of what those need, in its list."""
    steps = target.siblings.steps
    found: set[str] = set()
    wanted = list(target.step.needs)
    while wanted:
        id = wanted.pop()
        if id in steps and id not in found:
            found.add(id)
            wanted += steps[id].step.needs
    return found


def with_inner(state: RunState, step: StepState) -> Iterator[StepState]:
    """The step, then those inside of it that have been reached."""
    yield step
    for inner in _inside(state, step):
        yield from with_inner(state, inner)


def _open_leaves(state: RunState, step: StepState) -> Iterator[StepState]:
    """The steps to skip so that this one is over: itself, or the open ones inside of it when it is under way."""
    if step.status.is_final:
        return
    if step.handling and step.handling["for"] != "on_cancel" and not goes_on(step):
        raise Refused(f"`{step.path}` has failed, and its end lies before what comes after it", "let it end")
    if step.status is Status.RUNNING and not step.act:
        for inner in _inside(state, step):
            yield from _open_leaves(state, inner)
    else:
        yield step


def _inside(state: RunState, step: StepState) -> list[StepState]:
    """The steps right inside of what the step has opened, as far as they have been reached."""
    found: dict[str, StepState] = {}
    for opened in step.inside:
        if isinstance(opened, StepList):
            found.update((each.path, each) for each in opened.steps.values())
        else:
            paths = (opened.prefix + inner.id for part in opened.process.lists() for inner in part)
            found.update((path, state.steps[path]) for path in paths if path in state.steps)
    return list(found.values())
