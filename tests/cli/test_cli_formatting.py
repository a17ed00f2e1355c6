"""`runbook fmt`: files are laid out in the one way or left alone, and nothing else ever happens to them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk

ROOT = Path(__file__).resolve().parents[2]
MESSY = "title: 'Hello'  # a greeting\nrunbook: 1\nsteps:\n- shell: echo hello\n  id: greet\n"
NEAT = "runbook: 1\ntitle: Hello  # a greeting\n\nsteps:\n  - id: greet\n    shell: echo hello\n"
HELLO = "processes/desk/hello.yaml"
FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Own\n",
    "processes/desk/group.yaml": "title: Desk\nowner: desk\n",
    HELLO: MESSY,
    "processes/desk/hello.answers.yaml": "greet:   done\n",
    "processes/desk/data/own.yaml": "b:   1\n",
}


@pytest.fixture
def desk(project: Callable[[Mapping[str, str]], Desk]) -> Desk:
    return project(FILES)


def test_the_library_the_examples_and_the_starters_are_laid_out(desk: Desk) -> None:
    result = desk.cli(
        "fmt",
        "--check",
        ROOT / "processes",
        ROOT / "examples/data-centre",
        ROOT / "runbook/starters",
        ROOT / "runbook.yaml",
    )

    assert result.code == 0, result.out


def test_a_project_is_laid_out_once_and_for_all(desk: Desk) -> None:
    os.chmod(desk.folder / HELLO, 0o640)

    first, again = desk.cli("fmt"), desk.cli("fmt")

    assert first.out.splitlines() == [
        f"changed: {HELLO}", "changed: processes/desk/hello.answers.yaml", "4 files: 2 changed, 2 as it should be",
    ]  # fmt: skip
    assert again.out == "4 files: 4 as it should be\n"
    assert (desk.folder / HELLO).read_text() == NEAT
    assert stat.S_IMODE((desk.folder / HELLO).stat().st_mode) == 0o640
    assert (desk.folder / "processes/desk/data/own.yaml").read_text() == "b:   1\n"
    assert not [path for path in desk.folder.rglob(".*") if path.is_file()]
    assert desk.cli("validate").code == 0


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_what_only_looks_writes_nothing_and_ends_with_1(desk: Desk, option: str) -> None:
    result = desk.cli("fmt", option, HELLO)

    assert result.code == 1
    assert f"would change: {HELLO}" in result.out
    assert (desk.folder / HELLO).read_text() == MESSY
    assert ("-title: 'Hello'  # a greeting" in result.out) == (option == "--diff")


def test_standard_input_is_laid_out_as_the_file_it_is_taken_for(desk: Desk) -> None:
    def piped(*words: str) -> subprocess.CompletedProcess[str]:
        call = [sys.executable, "-m", "runbook", "fmt", *words]
        return subprocess.run(call, input=MESSY, text=True, capture_output=True, check=False, env=desk.environment)

    assert piped("--stdin-filename", "processes/desk/new.yaml", "-").stdout == NEAT
    assert piped("--check", "-").returncode == 1
    broken = subprocess.run(
        [sys.executable, "-m", "runbook", "fmt", "-"], input="a: [", text=True, capture_output=True, check=False
    )
    assert (broken.returncode, broken.stdout) == (1, "")


def test_a_file_that_can_not_be_read_is_named_and_left_alone_and_the_others_are_not(desk: Desk) -> None:
    (desk.folder / "processes/desk/broken.yaml").write_text("a: 1\na: 2\n")

    result = desk.cli("fmt")

    assert result.code == 1
    assert "broken.yaml:2:1: the key `a` stands twice" in result.err
    assert (desk.folder / "processes/desk/broken.yaml").read_text() == "a: 1\na: 2\n"
    assert (desk.folder / HELLO).read_text() == NEAT
    answer = desk.cli("fmt", "--json").json
    assert [each["file"] for each in answer["failed"]] == ["processes/desk/broken.yaml"]


def test_what_is_no_file_is_refused_at_once(desk: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")

    assert desk.cli("fmt", tmp_path / "pipe.yaml").code == 1
    assert desk.cli("fmt", "nowhere.yaml").code == 2
    assert desk.cli("fmt", "--stdin-filename", "x.yaml", HELLO).code == 2
