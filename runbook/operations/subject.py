"""What is known of a process from what happened: its runs, the work items that belong to it, and its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.operations.seconds import seconds

if TYPE_CHECKING:
    from runbook.definition import Process, Step
    from runbook.operations.clock import Clock
    from runbook.operations.cycle import Cycle
    from runbook.operations.item import Item
    from runbook.operations.passages import Course
    from runbook.run.effort import Effort, Pass

DAY = 86400


@dataclass(frozen=True, slots=True)
class Work:
    """One work item with its way over the board, its clocks, and how long people were at it."""

    item: Item
    course: Course
    clocks: tuple[Clock, ...] = ()
    by_person: Mapping[str, float] = field(default_factory=dict)
    """How many seconds each person was at it."""

    @property
    def touched(self) -> float:
        """How many seconds people were at it."""
        return sum(self.by_person.values())

    @property
    def ended(self) -> int:
        """When it was done; 0 while it is not."""
        return self.course.passage.finished or 0

    @property
    def failure_demand(self) -> bool:
        """True for work that would not be there if something had been done right the first time."""
        item = self.item
        follows = any(link.relation in ("caused_by", "duplicate") for link in item.links)
        return item.kind == "incident" or item.reopened > 0 or follows

    def cycles(self, since: int, until: int) -> tuple[tuple[Clock, Cycle], ...]:
        """The cycles of its agreements with customers that were judged in a time."""
        return tuple(
            (clock, cycle)
            for clock in self.clocks
            if clock.type == "sla"
            for cycle in clock.cycles
            if cycle.ended_at is not None and cycle.verdicts and since <= cycle.ended_at < until
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """One process with all that is known of it within a time."""

    process: str
    since: int
    now: int
    definition: Process | None = None
    efforts: tuple[Effort, ...] = ()
    """Its runs that began in the time, oldest first."""
    works: tuple[Work, ...] = ()
    """Its work items that were opened, or ended, in the time."""
    begun: tuple[int, ...] = ()
    """When every run of it ever began, oldest first."""
    changed: str = ""
    """The day on which its file was changed last; empty when nobody knows."""
    review_due: str = ""
    """The day by which it is to be looked over; empty for never."""
    caused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The incidents that were caused by one of its runs, by run."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """What an hour of a person costs, by person."""

    @property
    def over(self) -> tuple[Effort, ...]:
        """The runs that have come to an end."""
        return tuple(each for each in self.efforts if each.over)

    def passes(self, step: str) -> list[tuple[Effort, Pass]]:
        """Every time a step was gone through, in which run."""
        return [(effort, each) for effort in self.efforts for each in effort.passes if each.step == step]

    def steps(self) -> dict[str, list[tuple[Effort, Pass]]]:
        """The same for all steps, in the order in which they were met first."""
        found: dict[str, list[tuple[Effort, Pass]]] = {}
        for effort in self.efforts:
            for each in effort.passes:
                found.setdefault(each.step, []).append((effort, each))
        return found

    def step(self, path: str) -> Step | None:
        """A step of its file; None for one that is there no more, or belongs to a process that it runs."""
        known = self.definition.every_step() if self.definition else ()
        return next((each for each in known if each.id == path), None)

    @property
    def file(self) -> str:
        """The file it is written in; empty when it is not there any more."""
        return self.definition.file if self.definition else ""


def lasted(effort: Effort) -> int:
    """How many seconds a run took from its beginning to its end."""
    return max(0, seconds(effort.ended) - seconds(effort.began)) if effort.ended else 0


def first(values: Sequence[str], most: int = 5) -> str:
    """The first few of many ids, as words."""
    rest = len(values) - most
    return ", ".join(values[:most]) + (f" and {rest} more" if rest > 0 else "")
