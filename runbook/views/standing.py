"""How far a run has come, in one line: what is over, what runs and for how long, what waits."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.definition import Step, walk
from runbook.durations import in_words
from runbook.instants import between
from runbook.run.events import Status
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.views.lines import shortened

_BAR = 10


def progress(state: RunState) -> tuple[int, int]:
    """How many steps are over, those too that have not begun inside of what is, and how many there are.

    Somebody else may be folding events into the run meanwhile, so this looks at a copy.
    """
    total = sum(1 for _ in state.plan.every_path())
    if state.ended:
        return total, total
    begun = {path: step for path, step in dict(state.steps).items() if step.status is not Status.PENDING}
    over = [step for step in begun.values() if step.status.is_final]
    inside = (_inside(state, step) for step in over)
    return len(over) + len({path for paths in inside for path in paths if path not in begun}), total


def _inside(state: RunState, step: StepState) -> Iterator[str]:
    """The paths of all that a section, or the process of a step, consists of."""
    prefix = step.siblings.scope.prefix
    for each in walk(step.step.steps):
        yield prefix + each.id
        yield from _used(state, each, prefix + each.id)
    yield from _used(state, step.step, step.path)


def _used(state: RunState, step: Step, path: str) -> Iterator[str]:
    for each in state.plan.processes[step.use].every_step() if step.use else ():
        yield f"{path}/{each.id}"
        yield from _used(state, each, f"{path}/{each.id}")


def standing(state: RunState, now: str, width: int) -> str:
    """The line, of at most `width` columns: of what runs, as much as there is room for; `now` is an instant."""
    over, total = progress(state)
    filled = _BAR * over // total if total else 0
    first = f"[{'#' * filled}{'-' * (_BAR - filled)}] {over} of {total} steps over"
    waiting = len(state.waiting) + len(state.in_doubt)
    last = [f"{waiting} waiting"] if waiting else []
    names = running(state, now)
    for shown in range(len(names), -1, -1):
        more = [f"{len(names) - shown} more"] if shown < len(names) else []
        line = " | ".join([first, *names[:shown], *more, *last])
        if len(line) <= width:
            return line
    return shortened(line, width)


def running(state: RunState, now: str) -> list[str]:
    """Each program under way, with how long it has been: `> dump 12 s`."""
    steps = [state.steps[path] for path in list(state.running)]
    return [f"> {step.path} {in_words(int(max(0.0, between(step.started_at, now))))}" for step in steps]
