"""A copy of the library in a folder of its own, and its processes run there by the real command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

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
        """One call of the command line."""
        environment = {**os.environ, "RUNBOOK_HOME": str(self.folder / "home")}
        command = [sys.executable, "-m", "runbook", *map(str, arguments)]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

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
def library(tmp_path: Path) -> Library:
    """The library as it stands in the repository, copied."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(ROOT / "runbook.yaml", folder)
    shutil.copytree(ROOT / "processes", folder / "processes", ignore=shutil.ignore_patterns("__pycache__"))
    return Library(folder)
