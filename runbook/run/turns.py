"""The turns of a step that is done for each item, or again and again: which one begins next, and when it is over.

Rule 1: what is asked here is asked again after any event, and says the same as long as nothing has changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.clauses import Foreach, Repeat, Template
from runbook.errors import ExpressionError, Misuse, Refused
from runbook.expressions.names import path_of
from runbook.inputs import flaw
from runbook.instants import later
from runbook.run.commands import AddItems
from runbook.run.deviating import check_may_move
from runbook.run.events import Status
from runbook.run.handling import cancelled, fail, succeed
from runbook.run.paths import step_at
from runbook.run.progress import StepState, Turns
from runbook.run.state import RunState
from runbook.run.values import Names

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.turn import Turn

MOST_ITEMS = 10_000
"""How many items one step may be done for."""
_TOLD = 3
"""How many failed items are named when there were too many of them."""


def items_of(state: RunState, step: StepState) -> list[Json]:
    """The items a step is done for; an error when they are no list, or too many."""
    foreach = step.step.flow.foreach
    assert foreach is not None
    items = Names(state, step.siblings.scope).value(foreach.items)
    if isinstance(items, Mapping):
        items = state.organisation.inventory.members(items)
    if not isinstance(items, list):
        raise ExpressionError("`items` is not a list")
    if len(items) > MOST_ITEMS:
        raise ExpressionError(f"`items` has {len(items)} items, and a step can be done for {MOST_ITEMS}")
    return items


def consider(turn: Turn, step: StepState) -> None:
    """What comes next of a step with turns."""
    turns, flow = step.turns, step.step.flow
    if turns is None or step.status is not Status.RUNNING or step.handling:
        return
    if step.siblings.stopped or step.stopping:
        if not turns.open:
            cancelled(turn, step)
    elif turns.complete:
        if not turns.open:
            succeed(turn, step, outputs=outputs_of(step), reason=turns.complete)
    elif flow.foreach:
        _next_items(turn, step, turns, flow.foreach)
    elif flow.repeat and not turns.open:
        _again(turn, step, turns, flow.repeat)


def _next_items(turn: Turn, step: StepState, turns: Turns, foreach: Foreach) -> None:
    left = len(turns.items) - len(turns.lists)
    if why := _hopeless(turns, foreach, left):
        if not turns.open:
            fail(turn, step, why)
        return
    if foreach.count is not None and turns.done >= foreach.count and not step.released:
        rest = {"rest": "cancelled", "reason": f"{turns.done} are enough"} if foreach.rest_cancelled else {}
        turn.emit("EnoughDone", step, done=turns.done, outputs=outputs_of(step), **rest)
        if rest:
            return
    if not left and not turns.open:
        succeed(turn, step, outputs=outputs_of(step))
        return
    while turns.open < foreach.max_parallel and len(turns.lists) < len(turns.items):
        begun = len(turns.lists)
        if foreach.batch and begun and begun % foreach.batch == 0 and not _rested(turn, step, turns, foreach.pause):
            return
        turn.emit("TurnStarted", step, turn=begun + 1, item=turns.items[begun])


def _hopeless(turns: Turns, foreach: Foreach, left: int) -> str:
    """Why the items can't come to a good end any more; empty when they can."""
    if turns.failed > foreach.max_failures:
        most = f", and at most {foreach.max_failures} may" if foreach.max_failures else ""
        reasons = [f"`{each.path}`: {each.reason}" for each in _last_steps(turns) if each.status is Status.FAILED]
        return f"{turns.failed} of {len(turns.items)} items failed{most}; {'; '.join(reasons[-_TOLD:])}"
    if foreach.count is not None and turns.done + turns.open + left < foreach.count:
        some = f"{turns.done} of {len(turns.items)} items succeeded"
        return too_few(foreach, turns.items) or f"only {some}, and {foreach.count} have to"
    return ""


def too_few(foreach: Foreach, items: Sequence[Json]) -> str:
    """Why a list of items is too short to begin with; empty when it is long enough."""
    if foreach.count is None or len(items) >= foreach.count:
        return ""
    have = f"only {len(items)} item{'s' if len(items) > 1 else ''}" if items else "no item"
    return f"there {'are' if len(items) > 1 else 'is'} {have}, and {foreach.count} have to succeed"


def _rested(turn: Turn, step: StepState, turns: Turns, pause: float) -> bool:
    """True when all turns that have begun are over, and the pause after them too."""
    begun = len(turns.lists)
    if turns.open:
        return False
    if pause and turns.paused != begun:
        turn.emit("TurnsPaused", step, until=later(turn.now, pause), after=begun)
    return not step.until


def _again(turn: Turn, step: StepState, turns: Turns, repeat: Repeat) -> None:
    newest, begun = turns.newest(), len(turns.lists)
    if newest is not None and newest.status is Status.FAILED:
        fail(turn, step, newest.reason)
        return
    last = newest.outputs if newest else {}
    scope = turns.lists[-1].scope if turns.lists else step.siblings.scope
    asked = begun + 1 if repeat.first else begun  # `while` is about the turn that would begin
    names = Names(turn.state, scope, {"last": last, "turn": asked})
    try:
        holds = (repeat.first or begun > 0) and names.holds(repeat.condition)
    except ExpressionError as error:
        fail(turn, step, str(error))
        return
    if holds != repeat.first:
        succeed(turn, step, outputs=outputs_of(step))
    elif begun >= repeat.at_most:
        so_far = "still holds" if repeat.first else "does not hold"
        fail(turn, step, f"`{repeat.condition.source}` {so_far} after {begun} turns: loop limit")
    elif not begun or _rested(turn, step, turns, repeat.every):
        turn.emit("TurnStarted", step, turn=begun + 1)


def outputs_of(step: StepState) -> Mapping[str, Json]:
    """What a step with turns hands on: the results of its items, or of its last turn."""
    turns = step.turns
    assert turns is not None
    if step.step.flow.repeat:
        newest = turns.newest()
        return {**(newest.outputs if newest else {}), "turns": len(turns.lists)}
    results = [
        {"item": item, "status": each.status.value, "outputs": each.outputs}
        for item, each in zip(turns.items, _last_steps(turns), strict=False)
    ]
    return {"items": results, "done": turns.done, "failed": turns.failed}


def _last_steps(turns: Turns) -> list[StepState]:
    return [next(iter(each.steps.values())) for each in turns.lists]


def add_items(turn: Turn, command: AddItems) -> None:
    """More items for a step that is under way."""
    state = turn.state
    step = state.steps.get(command.step)
    if step is None and step_at(state.plan, command.step):
        raise Refused(f"step `{command.step}` has not been reached yet", f"see `runbook status {state.run}`")
    if step is None:
        raise Misuse(f"run {state.run} has no step `{command.step}`", f"see `runbook status {state.run}`")
    if step.step.flow.foreach is None or step.turns is None:
        raise Refused(f"`{step.path}` is not done for items", "name a step with `foreach`")
    if step.status is not Status.RUNNING or step.turns.complete or step.handling or step.released:
        raise Refused(f"`{step.path}` is over, or has all the items it waits for", "nothing was changed")
    if not command.items:
        raise Refused("no item was named", "name what the step is to be done for as well")
    if len(step.turns.items) + len(command.items) > MOST_ITEMS:
        raise Refused(f"a step can be done for {MOST_ITEMS} items", "leave some out")
    authority = check_may_move(turn, step, "adding items to")
    if authority and not command.reason.strip():
        raise Refused(f"adding items to `{step.path}` needs a reason", "say why")
    _check_items(step, command.items)
    turn.emit("ItemsAdded", step, items=list(command.items), reason=command.reason.strip(), **authority)


def _check_items(step: StepState, added: Sequence[Json]) -> None:
    """`Misuse` for items that could not have been in the list: by the input it comes from, or beside what is there."""
    turns, foreach, scope = step.turns, step.step.flow.foreach, step.siblings.scope
    assert turns is not None
    assert foreach is not None
    only = foreach.items.parts if isinstance(foreach.items, Template) else ()
    path = path_of(only[0].tree) if len(only) == 1 and not isinstance(only[0], str) else None
    if path and path[0] == "inputs" and path[1:2] and path[1] in scope.process.inputs and len(path) == 2:
        found = flaw(scope.process.inputs[path[1]].schema, [*turns.items, *added])
        if found:
            raise Misuse(
                f"input `{path[1]}` of {scope.process.id}, where the items come from, {found}", "nothing was changed"
            )
        return
    sorts = {type(each) for each in turns.items}
    for each in added:
        if sorts and type(each) not in sorts:
            raise Misuse(f"{json.dumps(each)} is not like the items that are there", "give one of the same type")
        if isinstance(each, str) and each.startswith("-"):
            raise Misuse(f"`{each}` begins with `-`, and a program may take it for an option", "leave it out")
