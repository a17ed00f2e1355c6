"""Who does how much of a process: people, the machine, other processes. The one count that lists and pages show."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runbook.blocks import Choices
from runbook.definition import Step
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
    return Doer.MACHINE if getattr(step.spec, "automatic", False) else Doer.PERSON


def share(steps: Iterable[Step], kinds: Kinds) -> Share:
    """Who does how many of these steps."""
    doers = [doer(step, kinds) for step in leaves(steps)]
    return Share(doers.count(Doer.PERSON), doers.count(Doer.MACHINE), doers.count(Doer.PROCESS))


def leaves(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps without the sections that only hold others, and without what is done when something happens to one."""
    for step in steps:
        if step.steps:
            yield from leaves(step.steps)
        else:
            yield step
