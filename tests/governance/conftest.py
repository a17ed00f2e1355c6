"""The seat of a case, how often a race is run, and the table that sums all refusals up."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Desk
from tests.governance.cases import CASES
from tests.governance.seat import LOGIN, Seat, projects
from tests.governance.table import lines

SHORT = 6
"""Races unless `--races` says otherwise."""
AT_ONCE = 20
"""At most so many of them are in one test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--races", type=int, default=SHORT, help="how often two people race for one step")
    parser.addoption("--table", action="store_true", help="print the table of refusals")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A heat is a test with up to so many races; there are as many as it takes."""
    if "heat" in metafunc.fixturenames:
        races = metafunc.config.getoption("--races", SHORT)
        metafunc.parametrize("heat", range(-(-races // AT_ONCE)))


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The projects, by who is known in them."""
    made = projects(tmp_path_factory.mktemp("governance"), CASES)
    keys = made[""].parent / "keys"
    keys.mkdir()
    for name in ("mine", "eve"):
        call = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(keys / name)]
        subprocess.run(call, check=True)
    known = (keys / "mine.pub").read_text()
    for folder in made.values():
        (folder / "operations").mkdir(exist_ok=True)
        (folder / "operations/allowed_signers").write_text(f"{LOGIN} {known}")
    return made


@pytest.fixture
def sit(folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Seat]]:
    """Takes a seat for the case of that name."""
    opened: list[Any] = []
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("RUNBOOK_KEY", "SSH_AUTH_SOCK"):
        monkeypatch.delenv(name, raising=False)

    def take(name: str) -> Seat:
        case = CASES[name]
        folder = folders[case.people]
        monkeypatch.chdir(folder)
        return Seat(name, case, Desk(folder, tmp_path / "home", opened), folders[""].parent / "keys")

    yield take
    for each in opened:
        each.close(force=True)
    shutil.rmtree(tmp_path / "home", ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The table of refusals, when it was asked for."""
    if not config.getoption("--table", False):
        return
    tried: dict[tuple[str, str], tuple[bool, str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "refusal" and getattr(report, "when", "") == "call":
                    tried[value["name"], value["way"]] = (report.passed, value["says"])
    for line in lines(CASES, tried):
        terminalreporter.write_line(line)
