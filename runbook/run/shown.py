"""The steps of a run as its views show them: those of the definition, turns that have begun, what else was reached.

Rule 1: what a step has for a failure, a cancellation or a delay is shown once it is reached; nobody knows before.
Rule 2: somebody else may be folding events into the run meanwhile, so each look is at one thing, or at a copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runbook.definition import Process, Step
from runbook.run.events import Status
from runbook.run.progress import StepState
from runbook.run.state import RunState

if TYPE_CHECKING:
    from runbook.outcome import Json

OVER = frozenset(each.value for each in Status if each.is_final)
"""The statuses of steps to which nothing can happen any more."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One step as it stands: `found` is None while nothing has been opened that it is in."""

    path: str
    step: Step
    number: str
    """As in the text, with `#2` for the second turn of a step and `.U` for the undo of one."""
    depth: int
    """How many steps it stands in."""
    status: str
    ended_at: str
    found: StepState | None
    turn: int = 0
    """Which turn it is of the step it stands in; 0 when it is none."""
    turns: int = 0
    """How many turns there are, or are to be; 0 when nobody knows."""
    item: Json = None
    """What the turn is done for."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What a step stands in: the run itself, or another step."""

    number: str
    written: str
    """The number of that step in its own text."""
    depth: int
    status: str
    ended_at: str
    within: tuple[str, ...] = ()
    """The processes around it: one that would begin inside of itself has no end on paper."""


def shown(state: RunState) -> Iterator[Shown]:
    """Every step, those inside of one after it, in the order of the text."""
    ended = Status.CANCELLED.value if state.ended else Status.PENDING.value
    yield from _process(state, state.plan.process, "", _Around("", "", 0, ended, state.ended_at))


def _process(state: RunState, process: Process, prefix: str, around: _Around) -> Iterator[Shown]:
    around = replace(around, within=(*around.within, process.id))
    for steps in (process.checks, process.steps):
        yield from _steps(state, steps, prefix, around)
    for steps in (process.on_failure, process.on_cancel):
        yield from _reached(state, steps, prefix, around)
    yield from _steps(state, process.finally_, prefix, around)


def _steps(state: RunState, steps: tuple[Step, ...], prefix: str, around: _Around) -> Iterator[Shown]:
    for step in steps:
        yield from _step(state, step, prefix + step.id, prefix, _number(step, around), around)


def _reached(state: RunState, steps: tuple[Step, ...], prefix: str, around: _Around) -> Iterator[Shown]:
    """Steps that come only when something has happened: all of them, when one of them has begun."""
    known = (state.steps.get(prefix + step.id) for step in steps)
    if any(found is not None and found.status is not Status.PENDING for found in known):
        yield from _steps(state, steps, prefix, around)


def _number(step: Step, around: _Around) -> str:
    if around.written and step.number.startswith(f"{around.written}."):
        return around.number + step.number[len(around.written) :]
    return f"{around.number}.{step.number}" if around.number else step.number


def _step(
    state: RunState, step: Step, path: str, prefix: str, number: str, around: _Around, turn: int = 0, turns: int = 0,
    item: Json = None,
) -> Iterator[Shown]:  # fmt: skip
    """A step and what is inside of it; `prefix` begins the paths of its section's steps."""
    found = state.steps.get(path)
    begun = found is not None and found.status is not Status.PENDING
    status, ended_at = (found.status.value, found.ended_at) if found and begun else (around.status, around.ended_at)
    yield Shown(path, step, number, around.depth, status, ended_at, found, turn, turns, item)
    inside = _inside(state, around, step, number, found if begun else None)
    if step.flow.body is not None:
        yield from _turns(state, step.flow.body, path, found, inside)
    else:
        yield from _steps(state, step.steps, prefix, inside)
        if step.use and _looks_into(state, step, path, found if begun else None, around):
            yield from _process(state, state.plan.processes[step.use], f"{path}/", inside)
    for steps in step.flow.do.values():
        yield from _reached(state, steps, prefix, inside)
    back = state.steps.get(f"{path}.undo")
    if back is not None and back.status is not Status.PENDING:
        yield Shown(back.path, back.step, f"{number}.U", inside.depth, back.status.value, back.ended_at, back)


def _looks_into(state: RunState, step: Step, path: str, found: StepState | None, around: _Around) -> bool:
    """True when the process of a step is shown below it: not one that became a run of its own, or was carried over."""
    if not step.use or getattr(step.spec, "detached", False):
        return False
    if found is None:
        return step.use not in around.within
    return found.status is not Status.SUCCEEDED or f"{path}/" in state.scopes


def _turns(state: RunState, body: Step, path: str, found: StepState | None, inside: _Around) -> Iterator[Shown]:
    turns = found.turns if found is not None else None
    if turns is None:
        return
    for turn in range(1, len(turns.lists) + 1):
        item = turns.items[turn - 1] if turns.items else None
        number = f"{inside.number}#{turn}"
        yield from _step(state, body, f"{path}.{turn}", f"{path}.{turn}/", number, inside, turn, len(turns.items), item)


def _inside(state: RunState, around: _Around, step: Step, number: str, found: StepState | None) -> _Around:
    """What stands inside of a step; while it has not begun there, the step says how it is, or the end of the run."""
    status, ended_at = around.status, around.ended_at
    if found is not None and found.status.is_final:
        skipped = found.status is Status.SKIPPED
        status, ended_at = (Status.SKIPPED if skipped else Status.CANCELLED).value, found.ended_at
    elif found is not None:
        status, ended_at = (Status.CANCELLED.value, state.ended_at) if state.ended else (Status.PENDING.value, "")
    return _Around(number, step.number, around.depth + 1, status, ended_at, around.within)
