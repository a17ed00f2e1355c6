"""A small project inside of the department: how much of it is done, what it has cost, and when it is likely to end.

Its tasks flow over the same board as all other work, so its end is forecast from what the team gets done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from runbook.errors import Refused
from runbook.operations.forecast import days_for
from runbook.operations.item import Item, Milestone

DAY = 86400


@dataclass(frozen=True, slots=True)
class Stage:
    """A milestone, with how many of its tasks are done; `late` when it is over with some left."""

    milestone: Milestone
    tasks: int
    done: int
    late: bool


@dataclass(frozen=True, slots=True)
class ProjectReport:
    """A project as it stands; days are days of work of the department."""

    item: Item
    tasks: tuple[Item, ...]
    done: int
    days: float
    """The days that it and its tasks have cost so far."""
    stages: tuple[Stage, ...]
    ends: tuple[int, ...] = ()
    """The seconds by which the open tasks are done with a chance of 50, 85 and 95 %; empty while nobody can tell."""

    @property
    def left(self) -> int:
        """The tasks that are open."""
        return sum(task.is_open for task in self.tasks)

    @property
    def over_budget(self) -> bool:
        """True when it has cost more than it may."""
        return bool(self.item.budget_days) and self.days > self.item.budget_days


def project_report(
    item: Item,
    items: Sequence[Item],
    touched: Mapping[str, Fraction],
    daily_hours: float,
    samples: Sequence[int],
    now: int,
) -> ProjectReport:
    """A project with its tasks among `items`; `samples` are items that the team finished, day by day."""
    if item.kind != "project":
        raise Refused(f"{item.id} is no project", "see `runbook item list --kind project`")
    tasks = tuple(each for each in items if each.parent == item.id and each.status != "cancelled")
    seconds = sum((touched.get(each.id, Fraction()) for each in (item, *tasks)), Fraction())
    left = sum(task.is_open for task in tasks)
    return ProjectReport(
        item,
        tasks,
        sum(not task.is_open for task in tasks),
        float(seconds / 3600) / daily_hours,
        tuple(_stage(each, tasks, now) for each in sorted(item.milestones, key=lambda each: each.due)),
        _ends(left, samples, now),
    )


def _stage(milestone: Milestone, tasks: Sequence[Item], now: int) -> Stage:
    of_it = [task for task in tasks if task.milestone == milestone.title]
    done = sum(not task.is_open for task in of_it)
    return Stage(milestone, len(of_it), done, now > milestone.due and done < len(of_it))


def _ends(left: int, samples: Sequence[int], now: int) -> tuple[int, ...]:
    if not left:
        return ()
    try:
        return tuple(now + days * DAY for days in days_for(left, samples))
    except Refused:  # too few days are known, or nothing was finished in them
        return ()
