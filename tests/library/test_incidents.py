"""What the programs of the group say about time, about what comes again, and about evidence."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Library


def said(library: Library, script: str, *arguments: object) -> Any:
    """The answer of a program."""
    command = [sys.executable, str(library.script(f"incidents/{script}")), *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize(
    ("severity", "now", "used", "rung"),
    [
        ("critical", "2026-11-25T06:00:00Z", 25, "team"),
        ("critical", "2026-11-25T12:00:00Z", 50, "specialists"),
        ("critical", "2026-11-25T20:00:00+01:00", 79, "specialists"),
        ("critical", "2026-11-25T23:59:00Z", 99, "management"),
        ("critical", "2026-11-26T00:00:00Z", 100, "breached"),
        ("moderate", "2026-11-26T00:00:00Z", 33, "team"),
        ("moderate", "2026-11-27T12:00:00Z", 83, "management"),
    ],
)
def test_a_service_level_is_used_up_by_the_clock(
    library: Library, severity: str, now: str, used: int, rung: str
) -> None:
    found = said(library, "service_level.py", severity, "2026-11-25T00:00:00Z", now)

    assert (found["used_percent"], found["rung"]) == (used, rung)


def test_a_timeline_gives_its_times_in_whatever_order_it_is_written(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "timeline.csv"
    said(library, "timeline.py", "sample", path)
    head, *rows = path.read_text().splitlines()
    path.write_text("\n".join([head, *reversed(rows)]))

    found = said(library, "timeline.py", "times", path)

    assert (found["to_notice"], found["to_answer"], found["to_restore"]) == (17, 8, 89)


def test_the_costliest_sort_of_incident_comes_first(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    said(library, "recurring.py", "sample", path)

    found = said(library, "recurring.py", "groups", path, 2)

    assert (found["groups"], found["service"], found["minutes"]) == (2, "shop", 424)


def test_evidence_that_was_changed_is_noticed(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    kept = said(library, "collect_evidence.py", "collect", folder)
    assert "programs.txt" in {each.name for each in folder.iterdir()}
    assert said(library, "collect_evidence.py", "check", folder) == {"changed": [], "seal": kept["seal"]}

    (folder / "programs.txt").write_text("nothing to see\n")

    assert said(library, "collect_evidence.py", "check", folder)["changed"] == ["programs.txt"]


def test_evidence_is_never_written_over(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    command = [sys.executable, str(library.script("incidents/collect_evidence.py")), "collect", str(folder)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, list(folder.iterdir())) == (1, [])


@pytest.mark.parametrize(("done", "look"), [("2026-11-24", "2026-12-24"), ("2026-11-23", "2026-11-23")])
def test_an_old_export_or_a_look_before_the_change_proves_nothing(
    library: Library, tmp_path: Path, done: str, look: str
) -> None:
    path = tmp_path / "export.csv"
    said(library, "recurring.py", "sample", path)
    command = [sys.executable, str(library.script("incidents/recurring.py")), "since", str(path), "shop", "timeout"]

    refused = subprocess.run([*command, done, look], capture_output=True, text=True, check=False)

    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)


def test_a_cause_that_is_gone_is_proved_by_a_new_export(library: Library) -> None:
    old, new = library.folder / "old.csv", library.folder / "new.csv"
    said(library, "recurring.py", "sample", old)
    new.write_text(old.read_text() + "INC-2099,2026-11-24,shop,timeout,60\n")
    again = {"export-again": {"outcome": "done", "fields": {"export": str(new)}}}

    result = library.run("incidents/problem-analysis", again, export=old)

    assert (result.status, result.state("gone")) == ("failed", "failed"), result.text


def test_evidence_that_can_not_be_had_is_named(library: Library, tmp_path: Path) -> None:
    library.spoil("incidents/collect_evidence.py", '"/proc/modules"', '"/proc/no-such-file"')

    kept = said(library, "collect_evidence.py", "collect", tmp_path / "evidence")

    assert "modules.txt" in kept["missing"]
    assert kept["host"] == platform.node()
