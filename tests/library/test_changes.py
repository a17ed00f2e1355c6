"""A release is switched in one move and back again, and the calendar knows what clashes."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from .conftest import Library


def called(library: Library, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """One call of a program."""
    command = [sys.executable, str(library.script(f"changes/{script}")), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def said(library: Library, script: str, *arguments: object) -> Any:
    """The answer of a program that worked."""
    done = called(library, script, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_broken_release_is_taken_back_and_the_old_one_is_in_use(library: Library) -> None:
    result = library.run("changes/deploy-release", sample="broken")

    shop = library.work / "deploy-release" / "shop"
    assert result.outputs("smoke")["faults"] == ["the setting database is missing"]
    assert json.loads((shop / "current" / "service.json").read_text())["version"] == "1.0"


def test_a_release_can_be_undone_step_by_step(library: Library) -> None:
    result = library.run("changes/deploy-release")
    shop = library.work / "deploy-release" / "shop"
    assert (shop / "current").resolve().name == "1.1"

    assert "is in use" in called(library, "release.py", "remove", shop, "1.1").stderr
    said(library, "release.py", "switch", shop, result.outputs("switch")["before"])
    said(library, "release.py", "remove", shop, "1.1")

    assert [each.name for each in (shop / "releases").iterdir()] == ["1.0"]
    assert said(library, "release.py", "smoke", shop, "1.0")["healthy"]


@pytest.mark.parametrize("name", ["../evil", "folder/file", ".hidden"])
def test_a_package_that_leads_elsewhere_is_refused(library: Library, tmp_path: Path, name: str) -> None:
    package = tmp_path / "bad.tar"
    (tmp_path / "file").write_text("x")
    with tarfile.open(package, "w") as tar:
        tar.add(tmp_path / "file", name)

    done = called(library, "release.py", "unpack", tmp_path / "shop", package, "1.1")

    assert done.returncode == 1
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("name", ["..", "", "a/b"])
def test_a_release_is_never_named_by_a_path(library: Library, tmp_path: Path, name: str) -> None:
    done = called(library, "release.py", "remove", tmp_path, name)

    assert (done.returncode, done.stderr) == (1, f"{name} is no name of a release\n")


@pytest.mark.parametrize(
    ("service", "begins", "count", "frozen"),
    [
        ("shop", "2026-12-08T21:30:00Z", 1, False),
        ("shop", "2026-12-08T22:00:00Z", 0, False),
        ("mail", "2026-12-08T21:30:00Z", 0, False),
        ("mail", "2026-12-17T23:30:00Z", 1, True),
        ("mail", "2027-01-04T07:30:00+01:00", 0, False),
    ],
)
def test_a_clash_is_found(
    library: Library, tmp_path: Path, service: str, begins: str, count: int, frozen: bool
) -> None:
    calendar = tmp_path / "calendar.csv"
    said(library, "calendar_check.py", "sample", calendar)

    found = said(library, "calendar_check.py", "clashes", calendar, service, begins, 60)

    assert (found["count"], found["frozen"]) == (count, frozen)


def test_a_window_is_booked_once_and_withdrawn(library: Library, tmp_path: Path) -> None:
    calendar, window = tmp_path / "calendar.csv", ("mail", "2026-12-09T20:00:00Z")
    said(library, "calendar_check.py", "sample", calendar)
    before = calendar.read_text()

    said(library, "calendar_check.py", "book", calendar, *window, 60, "Move of the mail")
    said(library, "calendar_check.py", "book", calendar, *window, 60, "Move of the mail")
    assert len(calendar.read_text().splitlines()) == 4

    assert said(library, "calendar_check.py", "withdraw", calendar, *window) == {"withdrawn": 1}
    assert calendar.read_text() == before
