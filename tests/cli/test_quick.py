"""The quick door answers just as the wide one does, or leaves the question to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runbook.cli import commands, quick
from runbook.cli.main import run

PROCESS = """\
runbook: 1
title: Say hello
owner: me
steps:
  - {id: hello, title: Say it, command: [echo, hello]}
  - {id: seen, title: Confirm it, manual: Did you see it?}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "processes" / "demo"
    folder.mkdir(parents=True)
    (tmp_path / "runbook.yaml").write_text("runbook: 1\ntitle: Demo\n")
    (folder / "group.yaml").write_text("title: Demo\n")
    (folder / "hello.yaml").write_text(PROCESS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RUNBOOK_HOME", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)
    assert run(["run", "demo/hello", "--yes"]) == 4
    capsys.readouterr()
    return tmp_path


PLAIN = [
    [],
    ["--project", "."],
    ["--home", "elsewhere"],
    ["list"],
    ["list", "--json"],
    ["status", "last"],
    ["status", "last", "--json"],
    ["status", "--json", "last"],
    ["list", "--home", "elsewhere"],
    ["status", "last", "--project", "."],
]


@pytest.mark.parametrize("arguments", PLAIN, ids=lambda words: " ".join(words) or "nothing")
def test_both_doors_say_the_same(arguments: list[str], project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    at_the_quick_door = capsys.readouterr().out

    assert commands.run(arguments) == 0

    assert capsys.readouterr().out == at_the_quick_door


@pytest.mark.parametrize(
    "arguments",
    [["list", "demo"], ["status"], ["status", "--help"], ["list", "--jsn"], ["status", "a", "b"], ["run", "x"]],
    ids=" ".join,
)
def test_everything_else_is_left_to_the_wide_door(arguments: list[str], project: Path) -> None:
    assert not quick.quick(arguments)


def test_the_help_text_is_fresh() -> None:
    env = {**os.environ, "COLUMNS": "80"}
    wide = "import sys; from runbook.cli.commands import run; sys.exit(run(['--help']))"
    said = subprocess.run([sys.executable, "-c", wide], env=env, capture_output=True, text=True, check=True).stdout

    kept = (Path(quick.__file__).parent / quick.HELP).read_text("utf-8")

    assert kept == said, "run `make generated`"


def test_looking_loads_no_heavy_library(project: Path) -> None:
    heavy = {"click", "networkx", "jinja2", "jsonschema", "yaml", "runbook.kinds", "runbook.expressions"}
    heavy |= {"rich", "markdown_it", "prompt_toolkit"}
    for arguments in (["--help"], [], ["list"], ["status", "last"]):
        code = f"import sys; from runbook.cli.main import run; run({arguments!r}); print({heavy} & set(sys.modules))"
        # a list is kept only once its files have settled, so it is asked for twice
        env = {**os.environ}  # without what `readline` adds behind our back: how wide the terminal is
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=project, env=env, capture_output=True, text=True, check=True
        )
        if arguments not in ([], ["list"]):
            assert done.stdout.splitlines()[-1] == "set()", arguments


def test_a_settled_list_is_answered_from_the_index(project: Path) -> None:
    for path in (project / "runbook.yaml", *project.glob("processes/demo/*.yaml")):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    code = (
        "import sys; from runbook.cli.main import run; run(['list']); run([]);"
        " print(bool({'yaml', 'click'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]

    first, second = (
        subprocess.run(command, cwd=project, capture_output=True, text=True, check=True).stdout for _ in range(2)
    )

    assert first.splitlines()[-1] == "True"
    assert second.splitlines()[-1] == "False"
    assert first.splitlines()[:-1] == second.splitlines()[:-1]
    (project / "processes" / "demo" / "hello.yaml").write_text(PROCESS.replace("Say hello", "Say more"))
    assert "Say more" in subprocess.run(command, cwd=project, capture_output=True, text=True, check=True).stdout
