"""How many crashes, where they happen, and the line that sums them up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import memory

from .project import DRIVER, ROOT, Trial

Make = Callable[..., Trial]
"""Makes a project of the definition of `trial/steps`, and of others by name."""
COUNTED = (
    "points", "runs", "kills", "recoveries", "events kept", "lost", "repeated", "programs", "adopted", "never ran",
    "in doubt", "redone", "errors", "signals", "power cuts", "spoiled journals", "races", "planted bugs caught",
)  # fmt: skip
"""What is added up: distinct points of death first."""
ALWAYS = ("lost", "repeated")
SHORT = 12
"""Crashes at random instants unless `--crashes` says otherwise."""
DEALS = 4
"""In the long form the points of a story are dealt out to so many tests, which may run side by side."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--crashes", type=int, default=SHORT, help="how many runs are killed at random instants")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(metafunc.config.getoption("--crashes", SHORT)))
    if "deal" in metafunc.fixturenames:
        metafunc.parametrize("deal", range(DEALS if metafunc.config.getoption("--crashes", SHORT) > SHORT else 1))


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """True in the long campaign."""
    return bool(request.config.getoption("--crashes", SHORT) > SHORT)


@pytest.fixture
def trial() -> Iterator[Make]:
    """Makes trials, in memory where that is possible: what is killed here is a process, never the machine."""
    place = memory.place()
    made: list[Trial] = []

    def make(definition: Mapping[str, Any], **others: Mapping[str, Any]) -> Trial:
        for each in made:  # only the newest is looked at, and there may be thousands
            each.kill_all()
            shutil.rmtree(each.folder)
        made.clear()
        made.append(Trial.of(Path(tempfile.mkdtemp(prefix="runbook-trial-", dir=place)), definition, **others))
        return made[-1]

    yield make
    for each in made:
        each.kill_all()
        shutil.rmtree(each.folder)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line with what the crashes added up to."""
    counts: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                for name, value in report.user_properties:
                    if name == "crash":
                        counts.update(value)
    if counts:
        counted = ", ".join(f"{counts[name]} {name}" for name in COUNTED if counts[name] or name in ALWAYS)
        terminalreporter.write_line(f"crashes: {counted}")


class Driver:
    """Commands carried out by `driver.py`: quick to start, and mortal at will."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            DRIVER,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(
        self, trial: Trial, *arguments: str, point: int = 0, grain: str = "", victim: str = "", plant: str = ""
    ) -> tuple[int, int]:
        """The exit code of a command (-9 when it died) and how many points it passed; 0 is no point to die at."""
        asked = {
            "folder": str(trial.folder), "arguments": arguments,
            "point": point, "grain": grain, "victim": victim, "plant": plant,
        }  # fmt: skip
        return self._carried_out([asked])[0]

    def at_once(self, trial: Trial, *commands: Sequence[str], plant: str = "") -> list[int]:
        """The exit codes of commands that begin at the same instant."""
        usual = {"folder": str(trial.folder), "point": 0, "grain": "fine", "victim": "", "plant": plant}
        return [code for code, _ in self._carried_out([{**usual, "arguments": words} for words in commands])]

    def _carried_out(self, asked: list[dict[str, Any]]) -> list[tuple[int, int]]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return [(told["code"], told["points"]) for told in json.loads(self._process.stdout.readline())]

    def close(self) -> None:
        """End it."""
        self._process.communicate()


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    """One driver for all."""
    made = Driver()
    yield made
    made.close()
