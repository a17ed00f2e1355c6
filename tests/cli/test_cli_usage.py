"""What the runs of a project prove of its processes, from a real journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from runbook import app
from runbook.run.usage import Freshness, by_step, freshness
from tests.cli.conftest import Desk
from tests.cli.test_cli_confidential import SECRET, answered
from tests.cli.test_cli_confidential import office as office  # noqa: PLC0414  # a fixture
from tests.cli.test_cli_people import Office

FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Used\n",
    "processes/g/group.yaml": "title: G\nowner: ops\n",
    "processes/g/p.yaml": """\
runbook: 1
title: P
inputs: {code: {type: integer, default: 0}}
steps:
  - {id: all, title: All, foreach: {as: host, items: [a, b]}, shell: 'echo {{ host }}'}
  - id: each
    title: Each
    foreach: {as: host, items: [a, b, c]}
    section: {steps: [{id: look, title: Look, shell: 'true'}]}
  - {id: part, title: Part, section: {steps: [{id: inside, title: Inside, shell: 'true'}]}}
  - {id: child, title: Child, process: g/q}
  - {id: last, title: Last, shell: 'exit {{ inputs.code }}'}
""",
    "processes/g/q.yaml": "runbook: 1\ntitle: Q\nsteps: [{id: own, title: Own, shell: 'true'}]\n",
}


def workspace(desk: Desk) -> app.Workspace:
    return app.Workspace(desk.folder, None, desk.home)


def test_runs_of_a_real_journal_are_counted_by_step(project: Callable[[Mapping[str, str]], Desk]) -> None:
    desk = project(FILES)
    good, bad = desk.begin("g/p"), desk.begin("g/p", code=3)

    told = app.usage(workspace(desk))

    assert list(told) == ["g/p"]
    mine = told["g/p"]
    assert (mine.runs, mine.succeeded, mine.failed, mine.failing, mine.success_rate) == (2, 1, 1, 1, 0.5)
    assert mine.last is not None
    assert mine.last_success is not None
    assert (mine.last.run, mine.last_success.run) == (bad, good)
    process = app.read_all(workspace(desk), keep=True).project.processes["g/p"]
    found = by_step(mine, process)
    assert {id: each.times for id, each in found.items()} == {
        "all": 4, "each": 6, "look": 6, "part": 2, "inside": 2, "child": 2, "last": 2,
    }  # fmt: skip
    assert found["last"].failures == 1
    assert mine.steps["child/own"].times == 2
    assert freshness(mine, 3600, workspace(desk).clock()) is Freshness.FRESH


def test_looking_for_runs_where_nothing_was_ever_run_leaves_nothing_behind(
    project: Callable[[Mapping[str, str]], Desk],
) -> None:
    desk = project(FILES)

    assert app.usage(workspace(desk)) == {}
    assert not desk.home.exists()


def test_what_was_counted_is_kept_until_something_happens_in_a_run(
    project: Callable[[Mapping[str, str]], Desk],
) -> None:
    desk = project(FILES)
    desk.begin("g/p")
    first = app.usage(workspace(desk))
    kept = json.loads((desk.home / "used.json").read_text())

    kept["usages"][0]["cancelled"] = 77
    (desk.home / "used.json").write_text(json.dumps(kept))
    assert app.usage(workspace(desk))["g/p"].cancelled == 77  # it was taken from there

    desk.cli("note", "last", "Something")
    assert app.usage(workspace(desk)) == first
    desk.begin("g/p", code=1)
    assert app.usage(workspace(desk))["g/p"].runs == 2

    (desk.home / "used.json").write_text("{")
    assert app.usage(workspace(desk))["g/p"].runs == 2


@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_nothing_that_is_confidential_is_in_it_whoever_asks(office: Office, outcome: str) -> None:
    answered(office, outcome)

    told = app.usage(workspace(office.desk))

    assert told["desk/two"].steps["leave"].times == 1
    assert SECRET not in repr(told)
