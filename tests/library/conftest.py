"""A copy of the library in a folder of its own, and its processes run there by the command line."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from runbook.cli import main

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Result:
    """How a run ended: its exit code, its status, and its steps by id."""

    exit_code: int
    status: str
    steps: Mapping[str, Mapping[str, Any]]
    text: str

    def outputs(self, step: str) -> Mapping[str, Any]:
        """The outputs of a step."""
        found: Mapping[str, Any] = self.steps[step]["outputs"]
        return found

    def state(self, step: str) -> str:
        """The status of a step; a step that was never reached counts as pending."""
        return self.steps[step]["status"] if step in self.steps else "pending"


@dataclass(frozen=True)
class Library:
    """A copy of the project, with a home for its runs."""

    folder: Path

    @property
    def work(self) -> Path:
        """Where the processes keep their work when nobody names another place."""
        return self.folder / ".runbook" / "work"

    def script(self, name: str) -> Path:
        """The path of a script, `group/name`."""
        group, _, file = name.partition("/")
        return self.folder / "processes" / group / "scripts" / file

    def spoil(self, script: str, right: str, wrong: str) -> None:
        """Plant a fault in a script of the copy."""
        path = self.script(script)
        text = path.read_text()
        assert text.count(right) == 1
        path.write_text(text.replace(right, wrong))

    def call(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """One call of the command line, in this process; the pages of the documentation play it in its own."""
        out, err, words = io.StringIO(), io.StringIO(), list(map(str, arguments))
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            patch.setenv("RUNBOOK_HOME", str(self.folder / "home"))
            code = main.run(words)
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    def run(self, process: str, answers: Mapping[str, Any] | None = None, **inputs: object) -> Result:
        """Run a process to its end with its own answers file, or with these answers on top of it."""
        file = self.folder / "processes" / f"{process}.answers.yaml"
        if answers is not None:
            known = yaml.safe_load(file.read_text())
            file = self.folder / "answers.yaml"
            file.write_text(yaml.safe_dump({**known, **answers}))
        given = [part for name, value in inputs.items() for part in ("-i", f"{name}={value}")]
        done = self.call("run", process, *given, "--yes", "--answers", file, "--json")
        text = f"{done.stdout}\n{done.stderr}"
        assert done.stdout.strip(), text
        found = json.loads(done.stdout.strip().splitlines()[-1])
        return Result(done.returncode, found["status"], {step["id"]: step for step in found["steps"]}, text)


def somebody_else() -> tuple[int, int]:
    """A user and a group to give a file to: strangers for root, for others a group of their own."""
    if os.geteuid() == 0:
        return 4711, 4712
    return os.geteuid(), max(os.getgroups(), default=os.getegid())


def facts(path: Path) -> tuple[int, int, int]:
    """Owner, group and rights of a file."""
    status = path.stat()
    return status.st_uid, status.st_gid, status.st_mode & 0o7777


def too_deep(folder: Path) -> Path:
    """A folder below this one that nobody can list, not even root: its path is too long."""
    inner = os.open(folder, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=inner)
        outer, inner = inner, os.open("d" * 250, os.O_RDONLY, dir_fd=inner)
        os.close(outer)
    os.close(inner)
    return folder / ("d" * 250)


@pytest.fixture
def library(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Library]:
    """The library as it stands in the repository, copied."""
    # what cleans up a disk takes everything below `/dev` for the system's own, the memory there too
    with tempfile.TemporaryDirectory(prefix="runbook-library-") as disk:
        yield copied((Path(disk) if "storage" in request.node.nodeid else tmp_path) / "project")


def copied(folder: Path) -> Library:
    """A copy of the library in this folder."""
    folder.mkdir()
    shutil.copy(ROOT / "runbook.yaml", folder)
    shutil.copytree(ROOT / "processes", folder / "processes", ignore=shutil.ignore_patterns("__pycache__"))
    return Library(folder)
