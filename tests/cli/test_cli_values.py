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


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_a_value_that_would_be_run_is_refused(
    project: Callable[[Mapping[str, str]], Desk], step: Mapping[str, Any]
) -> None:
    inputs = {"a": {"type": "string", "default": "1; touch hit"}}
    steps = [{"id": "s", "title": "S", **step}]
    made = {"runbook": 1, "title": "Made", "owner": "ops", "inputs": inputs, "steps": steps}
    desk = project({"runbook.yaml": "runbook: 1\ntitle: Made\n", "processes/g/p.yaml": json.dumps(made)})

    checked = desk.cli("validate", "--format", "json")
    ran = desk.cli("run", "g/p", "--yes")

    assert (checked.code, "RB224" in checked.out) == (1, True)
    assert (ran.code, "RB224" in ran.err) == (1, True)
    assert not (desk.folder / "hit").exists()
    assert not (desk.home / "journal.db").exists()
