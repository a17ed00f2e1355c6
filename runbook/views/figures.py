"""What can be worked out about processes: where a decision leads, what stands beside what, when a review is due."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from runbook.blocks import Choices
from runbook.definition import Process, Step
from runbook.durations import duration
from runbook.errors import ExpressionError


def leads_to(step: Step, siblings: Iterable[Step], ways: Choices) -> Mapping[str, tuple[str, ...]]:
    """For each way out of a decision the next steps: its `goto`, or every one that no other way leads to."""
    targets = {way.goto for way in ways.choices if way.goto}
    following = tuple(each.id for each in siblings if step.id in each.needs and each.id not in targets)
    return {way.id: (way.goto,) if way.goto else following for way in ways.choices}


def siblings(process: Process) -> dict[str, tuple[Step, ...]]:
    """For each step the list it stands in."""
    lists = [process.checks, process.steps, process.finally_]
    lists.extend(step.steps for step in process.every_step() if step.steps)
    return {step.id: each for each in lists for step in each}


def just_before(process: Process) -> dict[str, tuple[str, ...]]:
    """For each step the one it follows in the text; for the first of a list, and for checks, none."""
    follows: dict[str, tuple[str, ...]] = {step.id: () for step in process.checks}
    for among in (process.steps, process.finally_, *(step.steps for step in process.every_step())):
        ids = [step.id for step in among]
        follows.update(zip(ids, [(), *((id,) for id in ids)], strict=False))
    return follows


def due(process: Process) -> str:
    """The day the next review is due, worked out from the last one; empty when that can't be said."""
    try:
        last = datetime.date.fromisoformat(str(process.review["last"]))
        return (last + datetime.timedelta(seconds=duration(process.review["every"]))).isoformat()
    except (KeyError, ValueError, OverflowError, ExpressionError):
        return ""
