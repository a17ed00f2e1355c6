"""A small project inside of the department: what is done, what it has cost, when it is likely to end."""

from __future__ import annotations

from fractions import Fraction

import pytest

from runbook.errors import Refused
from runbook.operations.item import Item, Milestone
from runbook.operations.projects import DAY, project_report

NOW = 1_000 * DAY
PROJECT = Item(
    "PRJ-1", kind="project", budget_days=2.0,
    milestones=(Milestone("moved", NOW + DAY), Milestone("ordered", NOW - DAY)),
)  # fmt: skip
TASKS = (
    Item("TSK-1", parent="PRJ-1", status="closed", milestone="ordered"),
    Item("TSK-2", parent="PRJ-1", milestone="ordered"),
    Item("TSK-3", parent="PRJ-1", milestone="moved"),
    Item("TSK-4", parent="PRJ-1", status="cancelled"),
    Item("TSK-9", parent="PRJ-2"),
)


def report(*, hours=0, samples=()):
    touched = {"TSK-1": Fraction(hours * 3600), "TSK-9": Fraction(99 * 3600)}
    return project_report(PROJECT, (PROJECT, *TASKS), touched, 8.0, samples, NOW)


def test_what_is_done_and_left_and_what_of_each_milestone():
    found = report()

    assert (len(found.tasks), found.done, found.left) == (3, 1, 2)
    assert [(each.milestone.title, each.tasks, each.done, each.late) for each in found.stages] == [
        ("ordered", 2, 1, True),
        ("moved", 1, 0, False),
    ]


def test_the_days_it_cost_are_held_against_its_budget():
    assert report(hours=12).days == 1.5
    assert not report(hours=16).over_budget
    assert report(hours=17).over_budget


def test_its_end_is_forecast_from_what_the_team_gets_done():
    assert report(samples=[1] * 11).ends == (NOW + 2 * DAY,) * 3
    assert report(samples=[1] * 10).ends == ()
    assert report(samples=[0] * 20).ends == ()


def test_only_a_project_has_such_a_report():
    with pytest.raises(Refused, match="INC-1 is no project"):
        project_report(Item("INC-1", kind="incident"), (), {}, 8.0, (), NOW)
