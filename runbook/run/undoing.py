"""The way back: which steps are undone, the last one first, and what stands in the way.

Rule 1: nothing is undone twice. What is undone is what succeeded and has an `undo`; a part that has one of its own is
undone as a whole, and not step by step. What an earlier run has done is undone there, not by one that carried it over.
Rule 2: what can't be brought back is not passed over in silence: it is refused, or a person says the word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.errors import Misuse, Refused
from runbook.run.commands import Undo
from runbook.run.deviating import check_may_alter
from runbook.run.events import Status
from runbook.run.people import check_entitled
from runbook.run.progress import Scope, StepList, StepState, Undoing
from runbook.run.state import RunState

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.turn import Turn


@dataclass(frozen=True, slots=True)
class WayBack:
    """What undoing would do: `steps` in that order; it leaves `irreversible` ones and those `without` an undo."""

    steps: tuple[str, ...]
    irreversible: tuple[str, ...]
    without: tuple[str, ...]


def way_back(state: RunState, to: str = "") -> WayBack:
    """The way back of a run that is over: down to the step `to`, which is undone as well, or all the way."""
    done = list(_done(state, state.scopes[""])) if "" in state.scopes else []
    if not to:
        return _sorted(done, 0)
    goal = state.steps.get(to)
    if goal is None:
        raise Misuse(f"run {state.run} has no step `{to}`", f"see `runbook status {state.run}`")
    if goal.status is not Status.SUCCEEDED:
        raise Refused(f"`{to}` has nothing to undo: it is {goal.status.value}", "name a step that has succeeded")
    return _sorted(done, min((each.over_at for each in _of(state, goal)), default=goal.over_at))


def _sorted(done: list[StepState], since: int) -> WayBack:
    once = {each.path: each for each in done if each.over_at >= since}  # a list that came again has the same steps
    last_first = sorted(once.values(), key=lambda each: -each.over_at)
    return WayBack(
        tuple(each.path for each in last_first if each.step.undo),
        tuple(each.path for each in last_first if each.step.irreversible),
        tuple(each.path for each in last_first if not each.step.undo and not each.step.irreversible),
    )


def _done(state: RunState, opened: Scope | StepList) -> Iterator[StepState]:
    """The steps inside that have succeeded, those without an undo of their own one by one."""
    if isinstance(opened, Scope):
        for step in opened.process.lists()[0] + opened.process.steps:
            if found := state.steps.get(opened.prefix + step.id):
                yield from _of(state, found)
    else:
        for found in opened.steps.values():
            yield from _of(state, found)


def _of(state: RunState, step: StepState) -> Iterator[StepState]:
    if _is_carried_over(state, step):
        return
    if step.status is Status.SUCCEEDED and (step.step.undo or step.step.irreversible or not step.inside):
        yield step
        return
    for opened in step.inside if step.status is not Status.UNDONE else ():
        if isinstance(opened, Scope) or not opened.beside:
            yield from _done(state, opened)


def _is_carried_over(state: RunState, step: StepState) -> bool:
    """True when an earlier run has done the step, or everything inside of it."""
    inner = [each for opened in step.inside if isinstance(opened, StepList) for each in opened.steps.values()]
    return state.is_carried(step) or (bool(inner) and all(_is_carried_over(state, each) for each in inner))


def to_undo_inside(state: RunState, owner: StepState | Scope) -> tuple[list[str], str]:
    """What a failure undoes inside of a step or a process, the last one first; and why it can't."""
    if isinstance(owner, StepState) and not owner.inside:
        return ([owner.path] if owner.step.undo and owner.attempts else []), ""
    inside = [owner] if isinstance(owner, Scope) else owner.inside
    done = [step for opened in inside for step in _done(state, opened)]
    way = _sorted(done, 0)
    if way.irreversible:
        return [], f"nothing was undone: `{way.irreversible[0]}` can't be undone"
    return list(way.steps), ""


def check_carried_on(state: RunState) -> None:
    """Nothing for a run that may go on after its end; `Refused` for one that was transcribed from paper."""
    if state.transcribed:
        raise Refused(
            f"run {state.run} was transcribed from paper and is never carried on",
            f"do it once more: `runbook rerun {state.run}`",
        )


def permitted(state: RunState, command: Undo, by: str, now: str) -> tuple[WayBack, Mapping[str, Json]]:
    """The way back that somebody asks for, and by whose authority; `Refused` says what stands in the way."""
    check_carried_on(state)
    if state.undoing is not None:
        raise Refused(f"run {state.run} is being undone already", f"go on with it: runbook resume {state.run}")
    if not state.ended:
        help = "cancel it first, or go back to a step"
        if state.undoing is not None:
            help = f"it is being undone; go on with `runbook resume {state.run}`"
        raise Refused(f"run {state.run} is not over: it is {state.status}", help)
    if not command.reason.strip():
        raise Refused("undoing needs a reason", "say why")
    way = way_back(state, command.to)
    if not way.steps:
        raise Refused(f"run {state.run} has nothing to undo", "nothing was changed")
    if way.irreversible and not command.across:
        raise Refused(
            f"`{way.irreversible[0]}` of run {state.run} can't be undone",
            "name a later step with --to, or undo the others with --across-irreversible",
        )
    authority = check_may_alter(state, "undoing a run", by, now)
    for path in () if authority else way.steps:
        step = state.steps[path]
        check_entitled(state, step.siblings.scope, step.step, by, now=now)
    return way, authority


def undo(turn: Turn, command: Undo) -> None:
    """Somebody wants what a run has done undone."""
    way, authority = permitted(turn.state, command, turn.by, turn.now)
    anew(turn, way.steps)
    about: dict[str, Json] = {**({"to": command.to} if command.to else {}), **authority}
    if way.irreversible:
        about["across"] = list(way.irreversible)
    turn.emit("UndoRequested", steps=list(way.steps), reason=command.reason.strip(), **about)


def anew(turn: Turn, paths: Iterable[str]) -> None:
    """The way back after these steps has not begun, even where there was one before."""
    for path in paths:
        again = turn.state.steps.get(f"{path}.undo")
        if again is not None and again.status is not Status.PENDING:
            turn.emit("StepReopened", again, to="", by=turn.by, reason="it is undone once more")


def undo_process(turn: Turn, scope: Scope) -> None:
    """A process that is about to fail undoes what it has done."""
    steps, refused = to_undo_inside(turn.state, scope)
    anew(turn, steps)
    about: dict[str, Json] = {"refused": refused} if refused else {}
    turn.emit("UndoRequested", prefix=scope.prefix, steps=steps, **about)


def step_undone(turn: Turn, closed: StepList) -> None:
    """The way back after one step is over: the next one begins, unless it failed."""
    step = closed.undoes
    assert step is not None
    undoing = turn.state.undoing_of(step)
    assert undoing is not None
    own = next(iter(closed.steps.values()))
    if closed.failed or own.status is Status.CANCELLED:
        stopped = own.reason or f"the run was cancelled: {turn.state.cancelled}"
        how = f"failed: {closed.failed.partition(' failed: ')[2]}" if closed.failed else f"was stopped: {stopped}"
        reason = f"the undo of `{step.path}` {how}"
        owner = undoing.owner
        at: dict[str, Json] = {"prefix": owner.prefix} if isinstance(owner, Scope) else {}
        turn.emit("UndoStopped", owner if isinstance(owner, StepState) else None, reason=reason, **at)
    elif step is undoing.owner:
        finished(turn, undoing)
    else:
        turn.emit("StepUndone", step)


def finished(turn: Turn, undoing: Undoing) -> None:
    """All of a way back is done, or it was stopped: its owner ends."""
    owner = undoing.owner
    if isinstance(owner, StepState):
        reason = owner.handling["failure"]["reason"]
        also = f"; {undoing.failed}" if undoing.failed else ""
        turn.emit("StepFailed", owner, reason=f"{reason}{also}", undone=[] if also else undoing.steps)
    elif owner is None and turn.state.cancelled:
        turn.emit("UndoStopped", reason=f"the way back was stopped: {turn.state.cancelled}")
    elif owner is None:
        turn.emit("RunUndone", steps=undoing.steps)
