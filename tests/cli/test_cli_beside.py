"""Runs that a step leaves to themselves, and runs that wait for each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk
from tests.waiting import PATIENCE, until

Make = Callable[[Mapping[str, str]], Desk]
PARENT = """\
runbook: 1
title: Parent
inputs: {folder: {type: string}}
steps:
  - id: start
    title: Start
    foreach: [one, two]
    process: {use: b/child, with: {folder: "{{ inputs.folder }}", name: "{{ item }}"}, detach: true}
  - {id: after, title: After, shell: "echo after >> {{ inputs.folder }}/log"}
outputs: {runs: "{{ steps.start.outputs.items }}"}
"""
CHILD = """\
runbook: 1
title: Child
inputs: {folder: {type: string}, name: {type: string}}
steps:
  - {id: work, title: Work, shell: "echo {{ inputs.name }} >> {{ inputs.folder }}/log"}
"""
ALONE = """\
runbook: 1
title: Alone
inputs: {folder: {type: string}}
concurrency: "db {{ inputs.folder }}"
steps:
  - id: enter
    title: Enter
    shell: "echo in >> {{ inputs.folder }}/log; until test -e {{ inputs.folder }}/go; do sleep 0.02; done"
  - {id: leave, title: Leave, shell: "echo out >> {{ inputs.folder }}/log"}
"""


@pytest.fixture
def bench(project: Make) -> Desk:
    texts = {"parent": PARENT, "child": CHILD, "alone": ALONE}
    made = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Bench\n",
            "processes/b/group.yaml": "title: B\nowner: b\n",
            **{f"processes/b/{name}.yaml": text for name, text in texts.items()},
        }
    )
    (made.home / "work").mkdir(parents=True)
    return made


def log(bench: Desk) -> list[str]:
    file = bench.home / "work" / "log"
    return file.read_text().split() if file.exists() else []


def run(bench: Desk, process: str) -> tuple[str, ...]:
    return ("run", process, "-i", f"folder={bench.home / 'work'}", "--yes")


def test_a_run_that_is_left_to_itself_has_an_id_of_its_own_and_is_carried_out(bench: Desk) -> None:
    assert bench.process(*run(bench, "b/parent")).returncode == 0

    until(lambda: sorted(log(bench)) == ["after", "one", "two"])
    until(lambda: all(each["ended_at"] for each in bench.cli("runs", "--json").json))
    rows = bench.cli("runs", "--json").json
    assert sorted((row["process"], row["status"]) for row in rows) == [
        ("b/child", "succeeded"), ("b/child", "succeeded"), ("b/parent", "succeeded"),
    ]  # fmt: skip


def test_two_runs_are_never_inside_at_once_and_the_second_says_for_whom_it_waits(bench: Desk) -> None:
    first = bench.background(*run(bench, "b/alone"))
    until(lambda: log(bench) == ["in"])
    second = bench.background(*run(bench, "b/alone"))
    until(lambda: len(bench.cli("runs", "--json").json) == 2)
    waiting, holding = (row["run"] for row in bench.cli("runs", "--json").json)
    until(lambda: "LockAwaited" in [event["type"] for event in bench.events(waiting)])

    assert log(bench) == ["in"]
    assert holding in bench.cli("status", waiting).out

    (bench.home / "work" / "go").touch()
    assert (first.wait(PATIENCE), second.wait(PATIENCE)) == (0, 0)
    assert log(bench) == ["in", "out", "in", "out"]


def test_who_is_cancelled_inside_lets_the_next_one_in(bench: Desk) -> None:
    first = bench.background(*run(bench, "b/alone"))
    until(lambda: log(bench) == ["in"])
    second = bench.background(*run(bench, "b/alone"))
    until(lambda: len(bench.cli("runs", "--json").json) == 2)

    assert bench.cli("cancel", bench.cli("runs", "--json").json[1]["run"], "--reason", "enough").code == 0

    until(lambda: log(bench) == ["in", "in"])
    (bench.home / "work" / "go").touch()
    assert second.wait(PATIENCE) == 0
    first.wait(PATIENCE)


def test_who_dies_inside_lets_the_next_one_in_when_nothing_of_it_runs_any_more(bench: Desk) -> None:
    first = bench.background(*run(bench, "b/alone"))
    until(lambda: log(bench) == ["in"])
    first.kill()
    first.wait()
    second = bench.background(*run(bench, "b/alone"))
    until(lambda: len(bench.cli("runs", "--json").json) == 2)
    waiting, dead = (row["run"] for row in bench.cli("runs", "--json").json)
    until(lambda: "LockAwaited" in [event["type"] for event in bench.events(waiting)])

    (bench.home / "work" / "go").touch()

    assert second.wait(PATIENCE) == 0
    assert "LockLost" in [event["type"] for event in bench.events(dead)]
    assert bench.cli("resume", dead, "--yes").code == 0
    assert log(bench) == ["in", "in", "out", "out"]
