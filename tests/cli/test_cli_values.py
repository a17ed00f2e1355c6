"""A value that a program would read as code is refused at the command line, and nothing of it runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.cli.conftest import Desk

V = "{{ inputs.a }}"
STEPS: dict[str, dict[str, Any]] = {
    "a script": {"shell": f"eval {V}"},
    "code of a shell": {"command": ["sh", "-c", f"echo {V}"]},
    "input of a shell": {"command": {"argv": ["sh"], "stdin": f"echo {V}"}},
    "behind another program": {"command": ["env", "sh", "-c", f"echo {V}"]},
    "code of another language": {"command": ["python3", "-c", f"print({V})"]},
    "a program of awk": {"command": ["awk", f"BEGIN {{print {V} }}"]},
    "a verification": {"verify": {"command": ["bash", "-c", f"echo {V}"]}},
    "a way back": {"manual": "Do it.", "undo": {"command": ["sh", "-c", f"echo {V}"]}},
    "a script as a way back": {"manual": "Do it.", "undo": {"shell": f"eval {V}"}},
}


def made(desk: Desk, input: Mapping[str, Any], step: Mapping[str, Any]) -> Desk:
    """The project with one process of one input and one step."""
    steps = [{"id": "s", "title": "S", **step}]
    process = {"runbook": 1, "title": "Made", "owner": "ops", "inputs": {"a": input}, "steps": steps}
    (desk.folder / "processes" / "g" / "p.yaml").write_text(json.dumps(process))
    return desk


@pytest.fixture
def empty(project: Callable[[Mapping[str, str]], Desk]) -> Desk:
    """A project without a process."""
    return project({"runbook.yaml": "runbook: 1\ntitle: Made\n", "processes/g/group.yaml": "title: G\nowner: ops\n"})


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_a_value_that_would_be_run_is_refused(empty: Desk, step: Mapping[str, Any]) -> None:
    desk = made(empty, {"type": "string", "default": "1; touch hit"}, step)

    checked = desk.cli("validate", "--format", "json")
    ran = desk.cli("run", "g/p", "--yes")

    assert (checked.code, "RB224" in checked.out) == (1, True)
    assert (ran.code, "RB224" in ran.err) == (1, True)
    assert not (desk.folder / "hit").exists()
    assert not (desk.home / "journal.db").exists()


@pytest.mark.parametrize(
    ("step", "warned"),
    [
        ({"shell": f"find {V} -name x"}, True),
        ({"command": ["find", V, "-name", "x"]}, True),
        ({"shell": f"find ./{V} -name x"}, False),
        ({"shell": f"rm -r -- {V}"}, False),
    ],
    ids=str,
)
def test_a_value_that_may_be_taken_for_an_option_is_warned_of(
    empty: Desk, step: Mapping[str, Any], warned: bool
) -> None:
    found = made(empty, {"type": "string"}, step).cli("validate", "--format", "json").json
    patterned = made(empty, {"type": "string", "pattern": "^[^-].*$"}, step).cli("validate", "--format", "json").json

    assert [each["code"] for each in found] == ["RB233"] * warned
    assert patterned == []


@pytest.mark.parametrize("where", ["../../..", "/tmp", "here/../../there"])
def test_a_program_never_runs_outside_the_project(empty: Desk, where: str) -> None:
    constant = made(empty, {"type": "string", "default": "x"}, {"shell": {"run": f"echo {V}; pwd", "cwd": where}})
    checked = constant.cli("validate", "--format", "json")
    valued = made(empty, {"type": "string"}, {"shell": {"run": "touch hit", "cwd": V}})
    ran = valued.cli("run", "g/p", "--yes", "-i", f"a={where}", "--json")

    assert (checked.code, [each["code"] for each in checked.json]) == (1, ["RB239"])
    assert (ran.code, ran.last["status"]) == (1, "failed")
    assert "outside the project" in ran.last["reason"]
    assert not (empty.folder / where / "hit").exists()
