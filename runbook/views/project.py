"""A small project on a screen and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from runbook.operations.projects import ProjectReport
from runbook.operations.seconds import instant_of
from runbook.operations.wall import DAY, local
from runbook.views import items
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.views.style import Style

_CHANCES = (50, 85, 95)


def shown(told: ProjectReport, now: int, timezone: str, style: Style) -> Iterator[str]:
    """A project: what is done and left, what it cost, its milestones, when it is likely to end."""
    item = told.item
    yield f"{style.bold(item.id)}  {visible(item.title)}"
    yield f"  {told.done} of {len(told.tasks)} tasks done, {told.left} left"
    budget = f" of {item.budget_days:g}" if item.budget_days else ""
    cost = f"  {told.days:.1f}{budget} days used"
    yield style.paint(f"{cost}: over its budget", "31") if told.over_budget else cost
    for stage in told.stages:
        due = local(stage.milestone.due, timezone, DAY)
        line = f"  {due}  {visible(stage.milestone.title)}: {stage.done} of {stage.tasks}"
        yield style.paint(f"{line}, late", "31") if stage.late else line
    if told.ends:
        by = zip(_CHANCES, told.ends, strict=True)
        ends = ", ".join(f"{percent} % by {local(end, timezone, DAY)}" for percent, end in by)
        yield f"  likely to end: {ends}"
    elif told.left:
        yield "  too few days are known to tell when it ends"
    open_tasks = [task for task in told.tasks if task.is_open]
    if open_tasks:
        yield ""
        yield from items.listed(open_tasks, now, style)


def as_json(told: ProjectReport) -> dict[str, Any]:
    """A project for programs."""
    return {
        **items.as_json(told.item),
        "tasks": [items.as_json(task) for task in told.tasks],
        "done": told.done,
        "left": told.left,
        "days_used": round(told.days, 2),
        "over_budget": told.over_budget,
        "stages": [
            {
                "title": each.milestone.title,
                "due": instant_of(each.milestone.due),
                "tasks": each.tasks,
                "done": each.done,
                "late": each.late,
            }
            for each in told.stages
        ],
        "ends": {str(percent): instant_of(end) for percent, end in zip(_CHANCES, told.ends, strict=False)},
    }
