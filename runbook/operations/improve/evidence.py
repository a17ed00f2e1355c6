"""What the rules of improvement look at: every process, all work items, and the weeks of the department."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.operations.seconds import seconds
from runbook.operations.signals import wilson
from runbook.operations.subject import DAY, Subject, Work

if TYPE_CHECKING:
    from runbook.operations.agreements import Policy
    from runbook.operations.catalogue import Charter
    from runbook.run.effort import Effort, Pass

QUARTER = 90


@dataclass(frozen=True, slots=True)
class WeekPast:
    """One week: its name, the days of planned work of each person, and whether that was enough."""

    name: str
    days: float
    good: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it, within so many days until now."""

    now: int
    days: int = QUARTER
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    """By process."""
    works: tuple[Work, ...] = ()
    """Every item that was opened or ended in the time, and all that are open."""
    weeks: tuple[WeekPast, ...] = ()
    """Oldest first; those in which nobody had planned anything are left out."""
    over_limit: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Board: on how many days more was under way than its limits allow, of how many."""
    charter: Charter | None = None
    policy: Policy | None = None
    policy_file: str = ""
    """The file that the agreements stand in; empty where they are as shipped."""
    places: Mapping[str, int] = field(default_factory=dict)
    """Agreement: its place in the list of that file."""
    written_targets: frozenset[tuple[str, str, str]] = frozenset()
    """Agreement, severity and clock of the targets in that file."""

    @property
    def since(self) -> int:
        """When the time begins."""
        return self.now - self.days * DAY

    def per_quarter(self, amount: float) -> float:
        """What was seen in the time, as it would be in a quarter."""
        return amount * QUARTER / self.days

    def steps(self) -> Iterator[tuple[Subject, str, list[tuple[Effort, Pass]]]]:
        """Every step of every process with the times that it was gone through."""
        for subject in self.subjects.values():
            for step, gone in subject.steps().items():
                yield subject, step, gone

    def done(self) -> tuple[Work, ...]:
        """The items that came to their end in the time."""
        return tuple(each for each in self.works if each.ended >= self.since)


def at_least(hits: int, of: int) -> float:
    """What a rate is at the least, of which so many of so many were seen."""
    return wilson(hits, of)[0]


def at_most(hits: int, of: int) -> float:
    """What a rate is at the most."""
    return wilson(hits, of)[1]


def weekly(
    works: tuple[Work, ...], since: int, now: int, when: Callable[[Work], int], value: Callable[[list[Work]], float]
) -> list[float]:
    """A value for each whole week of the time, oldest first; weeks without items are left out."""
    weeks: dict[int, list[Work]] = {}
    for work in works:
        if since <= when(work) < now:
            weeks.setdefault((now - 1 - when(work)) // (7 * DAY), []).append(work)
    return [value(weeks[week]) for week in sorted(weeks, reverse=True) if (week + 1) * 7 * DAY <= now - since]


def percent(share: float) -> str:
    """A share in words: `34 %`."""
    return f"{share * 100:.0f} %"


def began(effort: Effort) -> int:
    """The second in which a run began."""
    return seconds(effort.began)
