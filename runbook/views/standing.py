"""How far a run has come, in one line: what is over, what runs and for how long, what waits."""

from __future__ import annotations

from runbook.durations import in_words
from runbook.instants import between
from runbook.run.shown import OVER, shown
from runbook.run.state import RunState
from runbook.views.lines import shortened

_BAR = 10


def progress(state: RunState) -> tuple[int, int]:
    """How many steps are over, those too that have not begun inside of what is, and how many there are so far."""
    over = total = 0
    for each in shown(state):
        total += 1
        over += each.status in OVER
    return (total, total) if state.ended else (over, total)


def standing(state: RunState, now: str, width: int) -> str:
    """The line, of at most `width` columns: of what runs, as much as there is room for; `now` is an instant."""
    over, total = progress(state)
    filled = _BAR * over // total if total else 0
    first = f"[{'#' * filled}{'-' * (_BAR - filled)}] {over} of {total} steps over"
    waiting = len(state.waiting) + len(state.in_doubt)
    last = [f"{waiting} waiting"] if waiting else []
    names = running(state, now)
    for told in range(len(names), -1, -1):
        more = [f"{len(names) - told} more"] if told < len(names) else []
        line = " | ".join([first, *names[:told], *more, *last])
        if len(line) <= width:
            return line
    return shortened(line, width)


def running(state: RunState, now: str) -> list[str]:
    """Each program under way, with how long it has been: `> dump 12 s`."""
    steps = [state.steps[path] for path in list(state.running)]
    return [f"> {step.path} {in_words(int(max(0.0, between(step.started_at, now))))}" for step in steps]
