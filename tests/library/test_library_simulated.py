"""Every process of the library can be tried: foreseen, and walked on all its ways, without a run or a crash."""

from __future__ import annotations

import pytest

from runbook.definition import Project
from runbook.engine.plans import plan_of
from runbook.inputs import checked_inputs
from runbook.kinds import builtin
from runbook.reading.library import read_library
from runbook.run.branches import Simulated, simulate
from runbook.run.foresight import foresee
from runbook.run.knowing import Beginning
from runbook.run.plan import Plan
from runbook.views import foresight, machine, simulation
from runbook.views.style import Style

from .conftest import ROOT
from .test_library import EVERY

NOW = "2026-11-22T09:00:00.000Z"
GIVEN = {
    "backup/verify-sqlite-file": {"file": "shop.db"},
    "configuration/take-baseline": {"folder": "/etc/shop", "baseline": "/srv/baselines/shop"},
}
"""The inputs of those processes that need some."""


@pytest.fixture(scope="module")
def project() -> Project:
    """The library."""
    paths = [ROOT / "runbook.yaml", *(ROOT / "processes").rglob("*.yaml")]
    return read_library({path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}, builtin()).project


def options(plan: Plan, found: Simulated) -> set[tuple[str, str]]:
    """Every option of every decision of the process, by the id of its step; those that inputs alone decide left out."""
    forks = {fork.path.rpartition("/")[2] for each in found.branches for fork in each.way.forks}
    steps = [step for step in plan.process.every_step() if step.kind == "decision" and step.id in forks]
    return {(step.id, option.id) for step in steps for option in step.spec.options}


def taken(found: Simulated) -> set[tuple[str, str]]:
    """The options that were taken on some way."""
    passed = [each for branch in found.branches for each in branch.way.steps if each.happens == "done"]
    alike = [pair for branch in found.branches for other in branch.alike for pair in other.items()]
    chosen = [(each.path, each.chosen) for each in passed if each.step.kind == "decision"]
    return {(path.rpartition("/")[2], way) for path, ways in (*chosen, *alike) for way in ways.split(",")}


@pytest.mark.parametrize("id", EVERY)
def test_every_way_through_a_process_can_be_walked(project: Project, id: str) -> None:
    plan = plan_of(id, project.processes, builtin())
    begins = Beginning(plan, checked_inputs(plan.process, GIVEN.get(id, {})), "ada", NOW)

    found = simulate(begins, {}, every=True)

    ends = {branch.way.ends for branch in found.branches}
    assert "succeeded" in ends
    assert ends <= {"succeeded", "failed", "unfinished"}
    reached = {each.path.rpartition("/")[2] for branch in found.branches for each in branch.way.steps}
    assert found.more or {step.id for step in plan.process.steps} <= reached
    assert found.more or options(plan, found) <= taken(found)
    assert all(branch.way.why for branch in found.branches if branch.way.ends != "succeeded")
    assert "".join(simulation.as_text(found, plan, Style(False), 100))
    assert machine.pretty(simulation.as_json(found))


@pytest.mark.parametrize("id", EVERY)
def test_every_process_can_be_foreseen(project: Project, id: str) -> None:
    plan = plan_of(id, project.processes, builtin())
    begins = Beginning(plan, checked_inputs(plan.process, GIVEN.get(id, {})), "ada", NOW)

    found = list(foresee(begins))

    assert [each.path for each in found if each.problem] == []
    assert {step.id for step in plan.process.every_step()} <= {each.path.rpartition("/")[2] for each in found}
    assert "".join(foresight.as_text(found, plan, Style(False), 100))
