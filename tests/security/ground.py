"""Where attempts are made: a project, a folder of runs, the command line, and the traces that a success would leave."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runbook.cli import main
from tests.waiting import PATIENCE

HIT = "hit"
"""The file that appears when something was carried out that must not be."""
CANARY = "canary-7f3a"
"""A value that nothing shows unless data was evaluated."""


@dataclass(frozen=True)
class Result:
    """How a call ended."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def json(self) -> Any:
        """What was written, as JSON."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """All that was written."""
        return self.out + self.err


@dataclass
class Ground:
    """A folder of its own for each set: projects below it, and the runs beside them."""

    folder: Path
    kept: dict[str, Any] = field(default_factory=dict)
    """What attempts of one set share: a run, a file that took long to make."""
    at_end: list[Callable[[], object]] = field(default_factory=list)
    """What is to be done when nobody stands on it any more: servers are ended."""

    @property
    def root(self) -> Path:
        """The project."""
        return self.folder / "project"

    @property
    def home(self) -> Path:
        """The folder of runs."""
        return self.folder / "home"

    def project(self, files: Mapping[str, str | bytes]) -> None:
        """Write these files of the project; `runbook.yaml` and the group are there already."""
        usual = {"runbook.yaml": "runbook: 1\ntitle: Attacked\n", "processes/a/group.yaml": "title: A\nowner: ops\n"}
        for path, text in {**usual, **files}.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def cli(self, *words: str) -> Result:
        """One call of the command line, in this process, in the project's folder."""
        out, err = io.StringIO(), io.StringIO()
        began = time.monotonic()
        with self._standing(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.run(list(words))
        return self._judged(Result(code, out.getvalue(), err.getvalue(), time.monotonic() - began), words)

    def process(self, *words: str) -> Result:
        """One call of the installed program, as a process of its own, in the project's folder."""
        began = time.monotonic()
        done = subprocess.run(
            [Path(sys.executable).with_name("runbook"), *words], cwd=self.root, capture_output=True, timeout=PATIENCE,
            env={**os.environ, "RUNBOOK_HOME": str(self.home), "COLUMNS": "100"}, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        return self._judged(Result(done.returncode, out, err, time.monotonic() - began), words)

    def _judged(self, result: Result, words: tuple[str, ...]) -> Result:
        """The result; whatever it was, it is no bug of the program and took no minute."""
        assert result.code != 3, f"{words}: {result.err}"
        assert "Traceback" not in result.err, f"{words}: {result.err}"
        return result

    @contextlib.contextmanager
    def _standing(self) -> Iterator[None]:
        before, environment = os.getcwd(), dict(os.environ)
        os.environ |= {"RUNBOOK_HOME": str(self.home), "COLUMNS": "100", "NO_COLOR": "1"}
        os.chdir(self.root)
        try:
            yield
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(environment)

    def begun(self, process: str, *words: str, **inputs: str) -> Result:
        """A run, as far as it goes without people."""
        given = [word for name, value in inputs.items() for word in ("-i", f"{name}={value}")]
        return self.cli("run", process, "--yes", "--json", *given, *words)

    def file(self, name: str, content: str | bytes) -> str:
        """A file beside the project; its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def hits(self) -> list[Path]:
        """Where a file that must not be there has appeared."""
        below = [Path(place, HIT) for place, *names in os.walk(self.folder) if HIT in itertools.chain(*names)]
        beside = [path for path in (Path("/tmp") / HIT, Path.home() / HIT) if path.exists()]
        return [path for path in (*below, *beside) if "evidence" not in path.parts]

    def cleared(self) -> None:
        """No trace is left of what a control has done."""
        for path in self.hits():
            path.unlink()
