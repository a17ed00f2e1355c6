"""One small project, tried through the command line: in this process, as a process of its own, or at a terminal."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pexpect
import pytest

from runbook.cli import main
from tests.waiting import PATIENCE

PROJECT = Path(__file__).with_name("project")
RUNBOOK = (sys.executable, "-m", "runbook")


@dataclass(frozen=True)
class Result:
    """How a call ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was written, as JSON."""
        return json.loads(self.out)

    @property
    def last(self) -> Any:
        """The last line written, as JSON: the status object of `run --json`."""
        return json.loads(self.out.strip().splitlines()[-1])


@dataclass
class Desk:
    """The project, with a home of its own for the runs of one test."""

    folder: Path
    home: Path
    opened: list[pexpect.spawn] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What a process of a user would find in its environment."""
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
        return {**kept, "RUNBOOK_HOME": str(self.home), "TERM": "xterm"}

    def cli(self, *words: object) -> Result:
        """One call of the command line, in this process."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.run([str(word) for word in words])
        return Result(code, out.getvalue(), err.getvalue())

    def process(self, *words: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
        """One call of the command line, as a process."""
        options.setdefault("env", self.environment)
        options.setdefault("cwd", self.folder)
        options.setdefault("stdin", subprocess.DEVNULL)
        call = [*RUNBOOK, *map(str, words)]
        if "stdout" not in options:
            options.setdefault("capture_output", True)
        return subprocess.run(call, timeout=PATIENCE, check=False, **options)

    def background(self, *words: object) -> subprocess.Popen[bytes]:
        """A call of the command line that goes on meanwhile."""
        return subprocess.Popen(
            [*RUNBOOK, *map(str, words)], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def terminal(self, *words: object, columns: int = 100, plain: bool = True, **environment: str) -> pexpect.spawn:
        """The command line at a terminal, with somebody to type."""
        opened = pexpect.spawn(
            RUNBOOK[0], [*RUNBOOK[1:], *map(str, words)], cwd=str(self.folder), timeout=PATIENCE,
            env={**self.environment, "RUNBOOK_PLAIN": "1" if plain else "", **(environment or {"NO_COLOR": "1"})},
            dimensions=(40, columns), encoding="utf-8", codec_errors="replace",
        )  # fmt: skip
        opened.delaybeforesend = None
        self.opened.append(opened)
        return opened

    def begin(self, process: str, *words: object, **inputs: object) -> str:
        """A run that has gone as far as it goes without people; its id."""
        given = [word for name, value in inputs.items() for word in ("-i", f"{name}={value}")]
        run: str = self.cli("run", process, "--yes", "--json", *given, *words).last["run"]
        return run

    def status(self, run: str = "last") -> Any:
        """The status object of a run."""
        return self.cli("status", run, "--json").json

    def step(self, id: str, run: str = "last") -> Any:
        """One step of the status object."""
        return next(step for step in self.status(run)["steps"] if step["id"] == id)

    def events(self, run: str = "last") -> list[Mapping[str, Any]]:
        """What has happened in a run, without the sittings at it."""
        lines = self.cli("events", run, "--json").out.splitlines()
        return [event for event in map(json.loads, lines) if event["type"] != "RunResumed"]

    def answers(self, answers: object) -> Path:
        """An answers file."""
        path = self.home / "answers.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(answers if isinstance(answers, str) else json.dumps(answers))
        return path


def answer(terminal: pexpect.spawn, shown: str, typed: str) -> None:
    """Wait for a question, then type."""
    terminal.expect_exact(shown)
    terminal.sendline(typed)


def ended(terminal: pexpect.spawn) -> tuple[int, str]:
    """The exit code, and what was shown since the last question."""
    terminal.expect(pexpect.EOF)
    terminal.wait()
    return terminal.exitstatus, terminal.before


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project."""
    copy = tmp_path_factory.mktemp("desk") / "project"
    shutil.copytree(PROJECT, copy)
    return copy


@pytest.fixture
def desk(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The project with a home of its own; this process stands in the project's folder."""
    made = Desk(folder, tmp_path / "home")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("RUNBOOK_HOME", str(made.home))
    monkeypatch.setenv("COLUMNS", "100")
    yield made
    for each in made.opened:
        each.close(force=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, str]], Desk]:
    """Makes a project of these files (path: text) and stands in it."""

    def make(files: Mapping[str, str]) -> Desk:
        root = tmp_path / "made"
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        monkeypatch.chdir(root)
        monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
        return Desk(root, tmp_path / "home")

    return make
