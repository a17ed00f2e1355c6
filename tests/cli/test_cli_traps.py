"""Traps that other tools fell into, at the command line, each by its name."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk, answer

Make = Callable[[Mapping[str, str]], Desk]
STEPS = """\
runbook: 1
title: Steps
steps:
  - {id: count, title: Count, shell: echo 3, outputs: {number: stdout}}
  - {id: look, title: Look, ask: {fields: {colour: {}}}}
  - {id: again, title: Again, ask: {fields: {shape: {}}}}
  - id: tell
    title: Tell
    shell: "echo {{ steps.count.outputs.number }} {{ steps.look.answers.colour }} {{ steps.again.answers.shape }}"
    outputs: {said: stdout}
"""
FAILS = "runbook: 1\ntitle: Fails\nsteps: [{id: a, title: A, shell: exit 9}]\n"


@pytest.fixture
def bench(project: Make) -> Desk:
    return project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Bench\n",
            "processes/b/group.yaml": "title: B\nowner: b\n",
            "processes/b/steps.yaml": STEPS,
            "processes/b/fails.yaml": FAILS,
        }
    )


def test_trap_a_dry_run_explodes_on_a_missing_output(bench: Desk) -> None:
    shown = bench.cli("run", "b/steps", "--dry-run")

    assert shown.code == 0
    assert "steps.count" in shown.out or "count" in shown.out


def test_trap_answers_are_saved_only_at_exit(bench: Desk) -> None:
    terminal = bench.terminal("run", "b/steps")
    answer(terminal, "? help > ", "")
    answer(terminal, "Colour", "blue")
    terminal.expect_exact("--- Again")
    os.kill(terminal.pid, signal.SIGKILL)
    terminal.wait()

    assert bench.step("look")["status"] == "succeeded"
    ended = bench.process(
        "resume", "last", "--yes", "--answers", bench.answers({"again": {"fields": {"shape": "round"}}})
    )
    assert ended.returncode == 0
    assert bench.step("tell")["outputs"] == {"said": "3 blue round"}


def test_trap_exit_codes_are_flattened_to_one(bench: Desk) -> None:
    codes = {
        "failed": bench.cli("run", "b/fails", "--yes").code,
        "misuse": bench.cli("run", "b/nothing").code,
        "waits": bench.cli("run", "b/steps", "--yes").code,
    }

    assert codes == {"failed": 1, "misuse": 2, "waits": 4}


def test_trap_two_runs_of_one_process_collide(bench: Desk) -> None:
    first, second = bench.begin("b/steps"), bench.begin("b/steps")
    bench.cli("answer", first, "look", "done", "-f", "colour=red")

    assert bench.step("look", first)["status"] == "succeeded"
    assert bench.step("look", second)["status"] == "waiting"


def test_trap_a_malformed_file_is_silently_missing_from_the_list(bench: Desk) -> None:
    (bench.folder / "processes" / "b" / "broken.yaml").write_text("runbook: 1\ntitle: [\n")

    assert "b/broken" in bench.cli("list").out
    found = bench.cli("validate")
    assert (found.code, "broken.yaml" in found.out) == (1, True)
