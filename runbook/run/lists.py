"""How lists of steps come and go: opened, released one after the other, stopped, closed. For the fold.

Rule 1: nothing here decides, and nothing is recorded here: the same events lead to the same lists.
Rule 2: the work done for an event does not grow with the run; only a stop looks at a whole list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.definition import Process, Step
from runbook.graph import PHASES, partial, single
from runbook.run.endings import failure, goes_on, innermost, is_spare, satisfies
from runbook.run.events import Status
from runbook.run.progress import Scope, StepList, StepState, Undoing

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.state import RunState

_ORDER = (":checks", ":steps", ":on_failure", ":on_cancel", ":undo", ":finally")
_NOT_STOPPED = (":on_cancel", ":undo", ":finally", ":over")
"""The phases of a process that a cancellation lets go on."""


# -- opened -----------------------------------------------------------------------------------------


def open_scope(
    state: RunState, prefix: str, process: Process, inputs: Mapping[str, Json], owner: StepState | None
) -> Scope:
    """A process begins; one that must not meet others waits until it may."""
    scope = Scope(prefix, process, inputs, owner)
    state.scopes[prefix] = scope
    if process.concurrency:
        state.to_lock.append(scope)
    else:
        next_phase(state, scope)
    return scope


def next_phase(state: RunState, scope: Scope) -> None:
    """Open the next list of the process that has steps, or close the process."""
    finished, scope.current = scope.current, None
    if finished is not None and finished.failed and scope.ends != "succeeded":
        also = scope.failed and scope.phase == ":on_failure"
        scope.failed = f"{scope.failed}; then {finished.failed}" if also else scope.failed or finished.failed
    scope.phase = _following(scope, finished)
    if scope.phase == ":over":
        state.locks.pop(f"{scope.prefix}:", None)
        state.closed.append(scope)
    elif scope.phase == ":undo":
        state.to_undo.append(scope)
    else:
        seen = scope
        if scope.phase == ":on_failure":
            cause = finished and innermost(finished)
            about = {"step": cause.path, "exit_code": cause.result.get("exit_code")} if cause else {}
            seen = scope.inward(scope.prefix, {"failure": {"reason": scope.failed, "step": "", **about}})
        scope.current = open_list(state, seen, scope.phase, steps_of(scope.process, scope.phase), None)
        scope.lists[scope.phase] = scope.current


def _following(scope: Scope, finished: StepList | None) -> str:
    cancelled = scope.withdrawn and not scope.ends
    if scope.phase == ":checks" and (scope.failed or scope.withdrawn):
        return ":over"
    if scope.phase == ":steps" and finished and not any(step.attempt for step in finished.steps.values()):
        return ":over"  # nothing was begun, so nothing has to be cleared up
    for phase in _ORDER[_ORDER.index(scope.phase) + 1 if scope.phase else 0 :]:
        wanted = {
            ":on_failure": scope.failed and not cancelled,
            ":on_cancel": cancelled,
            ":undo": scope.failed and scope.process.undone_on_failure and not cancelled,
        }
        if wanted.get(phase, True) and (phase == ":undo" or steps_of(scope.process, phase)):
            return phase
    return ":over"


def steps_of(process: Process, phase: str) -> tuple[Step, ...]:
    """The steps of one phase of a process."""
    return process.lists()[PHASES.index(phase)]


def open_list(
    state: RunState,
    scope: Scope,
    part: str,
    steps: tuple[Step, ...],
    owner: StepState | None,
) -> StepList:
    """A list of steps begins: whatever needs nothing is ready."""
    links = state.plan.links[scope.process.id][part]
    opened = StepList(scope, owner, links, part)
    return _opened(state, opened, {step.id: (scope.prefix + step.id, step) for step in steps})


def open_turn(state: RunState, owner: StepState, item: Json) -> StepList:
    """The next turn of a step begins: a list with one step in it."""
    turns, flow = owner.turns, owner.step.flow
    assert turns is not None
    assert flow.body is not None
    turn, newest = len(turns.lists) + 1, turns.newest()
    last = newest.outputs if newest else {}
    names = {"turn": turn, **({flow.foreach.name: item} if flow.foreach else {"last": last})}
    path = f"{owner.path}.{turn}"
    opened = StepList(owner.siblings.scope.inward(f"{path}/", names), owner, single(owner.step.id))
    turns.lists.append(opened)
    turns.open += 1
    owner.inside.append(opened)
    return _opened(state, opened, {owner.step.id: (path, flow.body)})


def open_undo(state: RunState, undoing: Undoing) -> None:
    """The way back after the next step begins, if one is left."""
    if not undoing.left:
        undoing.current = None
        if isinstance(undoing.owner, Scope):
            if undoing.failed:
                undoing.owner.failed += f"; {undoing.failed}"
            next_phase(state, undoing.owner)
        else:
            state.closed.append(undoing)
        return
    step = state.steps[undoing.left.popleft()]
    opened = StepList(step.siblings.scope, None, single(step.step.id))
    opened.undoes, undoing.current = step, opened
    _opened(state, opened, {step.step.id: (f"{step.path}.undo", way_back(step.step))})


def way_back(step: Step) -> Step:
    """The undo of a step, as a step of its own: what governs the step governs it too."""
    assert step.undo is not None
    return Step(
        id=step.id, title=f"Undo: {step.title}", kind=step.undo.kind, spec=step.undo.spec, at=(*step.at, "undo"),
        number=step.number, role=step.role, performer=step.performer, verifier=step.verifier,
        privileges=step.privileges, signed=step.signed,
    )  # fmt: skip


def open_handling(state: RunState, step: StepState, name: str, names: Mapping[str, Json]) -> StepList:
    """What is to be done about something that happened to a step begins."""
    scope = step.siblings.scope
    seen = scope.inward(scope.prefix, names)
    opened = open_list(state, seen, f"{step.step.id}:{name}", step.step.flow.do[name], step)
    opened.handles = True
    before = (each for each in step.inside if not (isinstance(each, StepList) and each.part == opened.part))
    step.inside = [*before, opened]  # what was done about it the last time has its steps no more
    return opened


def _opened(state: RunState, opened: StepList, steps: Mapping[str, tuple[str, Step]]) -> StepList:
    for id, (path, step) in steps.items():
        known = state.steps.get(path) or StepState(path, step, opened)
        known.siblings, known.step = opened, step
        opened.steps[id] = known
        state.steps[path] = known
    for id in opened.links.order:
        if opened.missing.get(id, 0) <= 0:
            state.make_ready(opened.steps[id])
    return opened


# -- one step after the other -----------------------------------------------------------------------


def over(state: RunState, step: StepState, leads_back: bool) -> None:
    """A step has ended: what needs it may begin, or never will; nothing does when the way leads back from it."""
    siblings = step.siblings
    siblings.open -= 1
    step.over_at = state.seq
    if step.status is Status.FAILED:
        if is_spare(step):
            _lose(state, siblings, step.step.id)
        else:
            siblings.failed = siblings.failed or failure(step)
            if not goes_on(step):
                stop(state, siblings)
    if satisfies(step) and not siblings.stopped and not leads_back:
        release(state, step)
    if in_any_order(siblings):
        held = (each for each in siblings.steps.values() if each.status is Status.READY and not each.attempts)
        state.fresh.extend(each for each in held if each.path not in state.ready)
    if siblings.open == 0 and not leads_back:
        close(state, siblings)


def in_any_order(siblings: StepList) -> bool:
    """True when its steps are done one at a time, in whichever order."""
    return siblings.owner is not None and getattr(siblings.owner.step.spec, "any_order", False)


def release(state: RunState, step: StepState) -> None:
    """What needs the step need not wait for it any more."""
    if step.released:
        return
    step.released = True
    siblings = step.siblings
    for id in siblings.links.after[step.step.id]:
        siblings.missing[id] -= 1
        follower = siblings.steps[id]
        if siblings.missing[id] == 0 and follower.status is Status.PENDING:
            state.make_ready(follower)


def _lose(state: RunState, siblings: StepList, id: str) -> None:
    """The step will never release what needs it: that can't begin either, or a join that is left has too few."""
    lost = [id]
    while lost:
        for follower in siblings.links.after[lost.pop()]:
            step = siblings.steps[follower]
            siblings.lost[follower] = siblings.lost.get(follower, 0) + 1
            enough = len(step.step.needs) - siblings.lost[follower] >= siblings.links.required[follower]
            if step.status is not Status.PENDING or enough:
                continue
            if partial(step.step):
                state.unmet.append(step)
            else:
                step.status, step.cut, step.ended_at = Status.CANCELLED, True, state.now
                siblings.open -= 1
                lost.append(follower)


def close(state: RunState, siblings: StepList) -> None:
    """All steps of the list are over."""
    owner = siblings.owner
    if siblings.undoes is not None:
        state.closed.append(siblings)
    elif owner is None:
        next_phase(state, siblings.scope.whole)
    elif siblings.beside:
        _close_beside(state, owner, siblings)
    elif owner.turns is not None and not siblings.handles:
        turns, last = owner.turns, next(iter(siblings.steps.values()))
        turns.open -= 1
        turns.done += last.status in (Status.SUCCEEDED, Status.SKIPPED)
        turns.failed += last.status is Status.FAILED
        state.turning.append(owner)
    else:
        state.closed.append(siblings)


def _close_beside(state: RunState, owner: StepState, siblings: StepList) -> None:
    around = owner.siblings
    around.failed = around.failed or siblings.failed
    around.open -= 1
    if around.open == 0:
        close(state, around)


# -- stopped ----------------------------------------------------------------------------------------


def stop(state: RunState, siblings: StepList, ended: bool = False) -> None:
    """Nothing new starts in the list, what has not begun is cancelled; what runs ends by itself, or is ended."""
    again = ended and not siblings.ended
    siblings.ended = siblings.ended or ended
    if siblings.stopped and not again:
        return
    siblings.stopped = True
    for step in siblings.steps.values():
        if step.status in (Status.PENDING, Status.READY):
            state.leave(step)
            step.status, step.until, step.overdue_at, step.ended_at = Status.CANCELLED, "", "", state.now
            siblings.open -= 1
        elif step.status is Status.WAITING:
            state.to_withdraw.append(step)
        elif step.status is Status.RUNNING and not step.act:
            stop_inside(state, step, ended)


def stop_inside(state: RunState, step: StepState, ended: bool) -> None:
    """What a step has opened is stopped; what is done about its failure only when all has to end at once."""
    if step.handling and not ended:
        return
    for each in step.inside:
        if isinstance(each, Scope):
            withdraw(state, each, ended)
        elif each.beside or each.handles == bool(step.handling):
            stop_withdrawn(state, each, ended)
    if step.turns is not None and not step.turns.open and not step.handling:
        state.turning.append(step)


def withdraw(state: RunState, scope: Scope, ended: bool) -> None:
    """A process is stopped from outside; what it has for its end goes on."""
    scope.withdrawn = True
    if scope.phase == "":
        scope.phase = ":over"
        state.locks.pop(f"{scope.prefix}:", None)
        state.closed.append(scope)
    elif scope.current is not None and scope.phase not in _NOT_STOPPED:
        stop_withdrawn(state, scope.current, ended)


def stop_withdrawn(state: RunState, siblings: StepList, ended: bool) -> None:
    """A list is stopped from outside."""
    already = siblings.open == 0
    siblings.withdrawn = True
    stop(state, siblings, ended)
    if not already and siblings.open == 0:
        close(state, siblings)
