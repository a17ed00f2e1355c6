"""How far a run has come, in one line: what is over, what runs and for how long, what waits."""

from __future__ import annotations

from runbook.durations import in_words
from runbook.instants import between
from runbook.run.state import RunState

_BAR = 10


def standing(state: RunState, total: int, now: str, width: int) -> str:
    """The line, cut where it gets longer than `width` columns; `now` is an instant, `total` counts all steps.

    Somebody else may be folding events into the run meanwhile, so this looks at copies.
    """
    over = sum(step.status.is_final for step in list(state.steps.values()))
    filled = _BAR * over // total if total else 0
    parts = [f"[{'#' * filled}{'-' * (_BAR - filled)}] {over} of {total} steps over"]
    parts += running(state, now)
    waiting = len(state.waiting) + len(state.in_doubt)
    if waiting:
        parts.append(f"{waiting} waiting")
    line = " | ".join(parts)
    return line if len(line) <= width else line[: max(width - 3, 0)] + "..."


def running(state: RunState, now: str) -> list[str]:
    """Each program under way, with how long it has been: `> dump 12 s`."""
    steps = [state.steps[path] for path in list(state.running)]
    return [f"> {step.path} {in_words(int(max(0.0, between(step.started_at, now))))}" for step in steps]
