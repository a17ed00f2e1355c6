"""What can be worked out about processes: who does how much, where a decision leads, when a review is due."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from runbook.blocks import Choices
from runbook.definition import Process, Step, walk
from runbook.durations import duration
from runbook.errors import ExpressionError
from runbook.kind import Kinds


class Doer(enum.Enum):
    """Who carries a step out."""

    PERSON = "by people"
    MACHINE = "automated"
    PROCESS = "in other procedures"


@dataclass(frozen=True, slots=True)
class Share:
    """How many steps people do, the machine does, and other processes hold."""

    people: int = 0
    automated: int = 0
    elsewhere: int = 0

    @property
    def total(self) -> int:
        """All steps, sections not counted."""
        return self.people + self.automated + self.elsewhere

    @property
    def percent(self) -> int:
        """The automated part of the steps that stand in the process itself."""
        own = self.people + self.automated
        return self.automated * 100 // own if own else 0


def choices(step: Step, kinds: Kinds) -> Choices | None:
    """The question and ways out of a step that decides; None for every other step."""
    return next((each for each in kinds[step.kind].describe(step.spec) if isinstance(each, Choices)), None)


def doer(step: Step, kinds: Kinds) -> Doer:
    """Who carries this step out."""
    if step.use:
        return Doer.PROCESS
    if kinds[step.kind].answer is None:
        return Doer.MACHINE
    ways = choices(step, kinds)
    return Doer.MACHINE if ways and any(way.when for way in ways.choices) else Doer.PERSON


def share(steps: Iterable[Step], kinds: Kinds) -> Share:
    """Who does how many of these steps."""
    doers = [doer(step, kinds) for step in leaves(steps)]
    return Share(doers.count(Doer.PERSON), doers.count(Doer.MACHINE), doers.count(Doer.PROCESS))


def leaves(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps without the sections that only hold others."""
    return (step for step in walk(tuple(steps)) if not step.steps)


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
