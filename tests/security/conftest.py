"""The ground of each set of attempts, and the table of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.security.ground import Ground
from tests.security.table import Row, lines


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--attacks", action="store_true", help="print the table of attacks")


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """A folder for one set."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("RUNBOOK_KEY", "SSH_AUTH_SOCK", "EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    made = Ground(tmp_path / "ground")
    made.project({})
    yield made
    for each in made.at_end:
        each()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The table of attacks, when it was asked for."""
    if not config.getoption("--attacks", False):
        return
    rows: list[Row] = []
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                rows += [Row(**value) for name, value in report.user_properties if name == "attacks"]
    for line in lines(rows):
        terminalreporter.write_line(line)
