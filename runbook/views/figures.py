"""What can be worked out about processes: where a decision leads, what stands beside what, when a review is due."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from runbook.blocks import Choices
from runbook.definition import Process, Step
from runbook.durations import duration
from runbook.errors import ExpressionError
from runbook.graph import cycle, links, partial, parts


def leads_to(step: Step, siblings: Iterable[Step], ways: Choices) -> Mapping[str, tuple[str, ...]]:
    """For each way out of a decision the next steps: its `goto`, or every one that no other way leads to."""
    targets = {way.goto for way in ways.choices if way.goto}
    following = tuple(each.id for each in siblings if step.id in each.needs and each.id not in targets)
    return {way.id: (way.goto,) if way.goto else following for way in ways.choices}


def siblings(process: Process) -> dict[str, tuple[Step, ...]]:
    """For each step the list it stands in."""
    return {step.id: each for each in parts(process).values() for step in each}


def just_before(process: Process) -> dict[str, tuple[str, ...]]:
    """For each step the one it follows in the text; none for the first of a list, nor where there is no order."""
    follows: dict[str, tuple[str, ...]] = {}
    unordered = {step.id for step in process.every_step() if getattr(step.spec, "any_order", False)}
    for name, among in parts(process).items():
        ids = [step.id for step in among]
        before = [()] * len(ids) if name in unordered or name == ":checks" else [(), *((id,) for id in ids)]
        follows.update(zip(ids, before, strict=False))
    return follows


def spare(process: Process) -> frozenset[str]:
    """The steps without which the joins that they lead to can do."""
    joined = [each for each in parts(process).values() if any(partial(step) for step in each) and not cycle(each)]
    return frozenset(id for each in joined for id in links(each).spare)


def due(process: Process) -> str:
    """The day the next review is due, worked out from the last one; empty when that can't be said."""
    try:
        last = datetime.date.fromisoformat(str(process.review["last"]))
        return (last + datetime.timedelta(seconds=duration(process.review["every"]))).isoformat()
    except (KeyError, ValueError, OverflowError, ExpressionError):
        return ""
