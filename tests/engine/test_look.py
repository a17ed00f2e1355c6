"""A glance at a stored plan shows the same steps, in the same order, as the whole plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook.engine.files import project_files
from runbook.engine.glance import glanced
from runbook.engine.plans import loaded, plan_of, stored
from runbook.kinds import builtin
from runbook.reading.library import read_library
from runbook.run.plan import Plan

ROOT = Path(__file__).parents[2]
SHOWN = ("id", "title", "number", "kind", "on_failure", "critical", "role", "use", "needs", "join")


def plans() -> list[Plan]:
    library = read_library(project_files(ROOT)[0], builtin()).project.processes
    return [plan_of(id, library, builtin()) for id in library]


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.root)
def test_a_stored_plan_comes_back_whole(plan: Plan) -> None:
    text = stored(plan)

    again = loaded(text, builtin())

    assert stored(again) == text
    assert again.processes[plan.root].steps == plan.process.steps


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.root)
def test_a_glance_shows_the_same_steps(plan: Plan) -> None:
    seen = glanced(stored(plan))

    def outline(each: Plan) -> list[tuple[object, ...]]:
        return [(path, *(getattr(step, name) for name in SHOWN)) for path, step in each.every_path()]

    assert outline(seen) == outline(plan)
    assert seen.links == plan.links
