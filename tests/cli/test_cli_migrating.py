"""A run keeps the version of its process that it began with, until somebody lets it go on by a newer one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk

Make = Callable[[Mapping[str, str]], Desk]
PATH = "processes/b/work.yaml"
WORK = """\
runbook: 1
title: Work
steps:
  - {id: count, title: Count, shell: echo 3, outputs: {number: stdout}}
  - {id: look, title: Look, manual: Look at it.}
  - {id: tell, title: Tell, shell: "echo wrong", outputs: {said: stdout}}
outputs: {said: "{{ steps.tell.outputs.said }}"}
"""


@pytest.fixture
def bench(project: Make) -> Desk:
    """A project with one process, of which a run waits at its second step."""
    made = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Bench\n",
            "processes/b/group.yaml": "title: B\nowner: b\n",
            PATH: WORK,
        }
    )
    assert made.cli("run", "b/work", "--yes").code == 4
    return made


def write(bench: Desk, old: str, new: str) -> None:
    assert old in WORK
    (bench.folder / PATH).write_text(WORK.replace(old, new))


def test_a_run_keeps_its_version_until_somebody_lets_it_adopt_another(bench: Desk) -> None:
    write(bench, "echo wrong", "echo {{ steps.count.outputs.number }} right")

    shown = bench.cli("migrate", "last")
    adopted = bench.process("migrate", "last", "--reason", "The word was wrong")
    assert (
        b"go on with another version of its process: The word was wrong\n    b/work tell `shell` changed"
        in adopted.stdout
    )
    ended = bench.process("resume", "last", "--yes", "--answers", bench.answers({"look": "done"}))

    assert shown.code == 0
    assert "b/work `tell`: `shell` changed (safe)" in shown.out
    assert "runbook migrate" in shown.out
    assert (adopted.returncode, ended.returncode) == (0, 0)
    assert bench.status()["outputs"] == {"said": "3 right"}
    assert [event["type"] for event in bench.events()].count("DefinitionAdopted") == 1
    assert "The word was wrong" in bench.cli("record", "last").out


def test_looking_changes_nothing(bench: Desk) -> None:
    write(bench, "echo wrong", "echo right")

    bench.cli("migrate", "last")

    assert "DefinitionAdopted" not in [event["type"] for event in bench.events()]


def test_what_is_done_is_not_touched(bench: Desk) -> None:
    write(bench, "shell: echo 3", "shell: echo 4")

    shown = bench.cli("migrate", "last", "--json")
    refused = bench.cli("migrate", "last", "--reason", "Four")

    assert (shown.code, shown.json["adoptable"], shown.json["verdict"]) == (1, False, "touches finished work")
    assert refused.code == 2
    assert "`count` of b/work `shell` changed, and that is done or under way" in refused.err
    assert bench.step("look")["status"] == "waiting"


def test_other_words_are_text_only_and_none_are_nothing_to_adopt(bench: Desk) -> None:
    assert "there is nothing to adopt" in bench.cli("migrate", "last").out
    write(bench, "manual: Look at it.", "manual: Look at it twice.")

    assert bench.cli("migrate", "last", "--json").json["verdict"] == "text only"
    assert bench.cli("migrate", "last", "--reason", "Twice").code == 0
    assert bench.cli("migrate", "last", "--reason", "Twice").code == 2


def test_a_version_with_mistakes_is_not_adopted(bench: Desk) -> None:
    write(bench, "title: Tell", "titel: Tell")

    found = bench.cli("migrate", "last", "--reason", "A new title")

    assert found.code == 1
    assert "titel" in found.err


def test_nobody_brings_a_version_of_their_own(bench: Desk, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(bench.folder, own)
    (own / PATH).write_text(WORK.replace("  - {id: look, title: Look, manual: Look at it.}\n", ""))
    before = bench.events()

    refused = bench.cli("migrate", "last", "--project", own, "--reason", "Mine is better")

    assert (refused.code, refused.out) == (2, "")
    assert f"belongs to the project in {bench.folder}" in refused.err
    assert bench.events() == before
