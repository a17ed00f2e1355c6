"""Deadlines by severity, resets that come too often, devices and the numbers of a shift."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Library


def said(library: Library, script: str, *arguments: object) -> Any:
    """The answer of a program."""
    command = [sys.executable, str(library.script(f"service-desk/{script}")), *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def refused(library: Library, script: str, *arguments: object) -> str:
    """The one line with which a program refuses."""
    command = [sys.executable, str(library.script(f"service-desk/{script}")), *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("severity", "received", "answer_by", "due"),
    [
        ("critical", "2026-11-27T17:50:00Z", "2026-11-27T18:05", "2026-11-28T17:50"),
        ("moderate", "2026-11-27T17:50:00Z", "2026-11-27T19:50", "2026-11-30T17:50"),
        ("minor", "2026-11-25T09:00:00Z", "2026-11-25T17:00", "2026-12-02T09:00"),
        ("minor", "2026-11-27T17:00:00Z", "2026-11-30T15:00", "2026-12-04T17:00"),
        ("minor", "2026-11-28T12:00:00Z", "2026-11-30T16:00", "2026-12-04T18:00"),
        ("minor", "2026-11-25T05:00:00Z", "2026-11-25T16:00", "2026-12-01T18:00"),
    ],
    ids=["critical", "moderate", "in hours", "over a weekend", "on a Saturday", "before hours"],
)
def test_a_deadline_follows_from_the_severity(
    library: Library, severity: str, received: str, answer_by: str, due: str
) -> None:
    found = said(library, "deadline.py", severity, received)

    assert (found["answer_by"][:16], found["due"][:16]) == (answer_by, due)


@pytest.mark.parametrize(
    ("people", "deadline", "workaround", "severity"),
    [
        (1, True, False, "critical"),
        (1, False, False, "moderate"),
        (14, False, True, "minor"),
    ],
)
def test_a_request_gets_the_severity_of_its_harm(
    library: Library, people: int, deadline: bool, workaround: bool, severity: str
) -> None:
    fields = {"wish": "Help", "people": people, "deadline": deadline, "workaround": workaround, "cost": 0}

    result = library.run("service-desk/handle-request", answers={"understand": {"outcome": "done", "fields": fields}})

    assert result.outputs("severity")["choice"] == severity
    assert result.status == "succeeded", result.text


def test_a_reset_is_counted_once_a_run_and_can_be_taken_back(library: Library, tmp_path: Path) -> None:
    log = tmp_path / "resets.csv"
    said(library, "resets.py", "sample", log)
    assert said(library, "resets.py", "count", log, "eve", 7) == {"account": "eve", "count": 3, "people": 3}

    said(library, "resets.py", "add", log, "eve", "ines", "run-1")
    said(library, "resets.py", "add", log, "eve", "ines", "run-1")
    assert said(library, "resets.py", "count", log, "eve", 7)["count"] == 4

    said(library, "resets.py", "take-back", log, "run-1")
    assert said(library, "resets.py", "count", log, "eve", 7)["count"] == 3


def test_a_lost_laptop_is_marked_as_lost(library: Library) -> None:
    result = library.run("service-desk/lost-laptop")

    assert result.status == "succeeded", result.text
    row = said(library, "assets.py", "show", library.work / "lost-laptop" / "assets.csv", "LT-1001")
    assert row["status"] == "lost"


def test_a_device_that_was_in_stock_goes_back_into_stock(library: Library) -> None:
    result = library.run("service-desk/lost-laptop", asset="LT-1040")

    assert result.outputs("mark")["before"] == "in-stock"
    assets = library.work / "lost-laptop" / "assets.csv"
    assert said(library, "assets.py", "set", assets, "LT-1040", "in-stock", "--expect=lost")["status"] == "in-stock"
    assert "expected" in refused(library, "assets.py", "set", assets, "LT-1040", "in-stock", "--expect=lost")


def own_lists(library: Library) -> dict[str, object]:
    """A register and a list of assets that are not those of the samples."""
    own = {"register": library.folder / "own-register", "assets": library.folder / "own-assets.csv"}
    for script, path in (("access/register.py", own["register"]), ("service-desk/assets.py", own["assets"])):
        command = [sys.executable, str(library.script(script)), "sample", str(path)]
        subprocess.run(command, check=True, capture_output=True)
    return {**own}


def test_a_new_starter_has_account_and_laptop(library: Library) -> None:
    result = library.run("service-desk/new-starter-workplace")

    assert result.outputs("account")["address"] == "dilan@example.org"
    assets = library.work / "new-starter-workplace" / "assets.csv"
    row = said(library, "assets.py", "show", assets, "LT-1040")
    assert (row["status"], row["user"]) == ("in-use", "dilan")


@pytest.mark.parametrize("asset", ["LT-1001", "LT-1002"])
def test_a_laptop_that_is_not_in_stock_stays_as_it_is(library: Library, asset: str) -> None:
    own = own_lists(library)
    said(library, "assets.py", "set", own["assets"], "LT-1001", "lost")
    before = said(library, "assets.py", "show", own["assets"], asset)
    pick = {"outcome": "done", "fields": {"asset": asset}}

    result = library.run("service-desk/new-starter-workplace", answers={"pick": pick}, **own)

    assert (result.status, result.state("reserve")) == ("failed", "failed")
    assert said(library, "assets.py", "show", own["assets"], asset) == before


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ("at,account,by\n2026-11-25T08:00:00Z,eve,ines\n", "the columns at, account, by, run are expected"),
        ("at,account,by,run\nyesterday,eve,ines,run-1\n", "yesterday is no time"),
        ("at,account,by,run\n2026-11-25T08:00:00Z,eve\n", "line 2"),
    ],
)
def test_a_log_that_cannot_be_understood_is_refused_before_a_reset(
    library: Library, tmp_path: Path, row: str, part: str
) -> None:
    log = tmp_path / "resets.csv"
    log.write_text(row)

    assert part in refused(library, "resets.py", "count", log, "eve", 7)


def test_a_reset_without_a_zone_is_counted(library: Library, tmp_path: Path) -> None:
    log = tmp_path / "resets.csv"
    log.write_text("at,account,by,run\n2099-11-25T08:00:00,eve,ines,run-1\n")

    assert said(library, "resets.py", "count", log, "eve", 7)["count"] == 1


def test_resets_at_the_same_time_are_all_counted(library: Library, tmp_path: Path) -> None:
    log, script = tmp_path / "resets.csv", str(library.script("service-desk/resets.py"))
    log.write_text("at,account,by,run\n")

    running = [
        subprocess.Popen([sys.executable, script, "add", log, "eve", "ines", f"run-{number}"]) for number in range(8)
    ]

    assert [each.wait() for each in running] == [0] * 8
    assert said(library, "resets.py", "count", log, "eve", 7)["count"] == 8


def test_a_new_starter_in_lists_of_your_own_touches_no_sample(library: Library) -> None:
    own = own_lists(library)

    result = library.run("service-desk/new-starter-workplace", **own)

    assert result.status == "succeeded", result.text
    assert "dilan" in (library.folder / "own-register" / "accounts.csv").read_text()
    assert not library.work.exists()


@pytest.mark.parametrize("given", ["register", "assets"])
def test_your_own_list_does_not_go_with_a_sample(library: Library, given: str) -> None:
    result = library.run("service-desk/new-starter-workplace", **{given: own_lists(library)[given]})

    assert (result.status, result.state("needs")) == ("failed", "cancelled")
    assert not library.work.exists()


def test_planned_and_reactive_work_are_told_apart(library: Library, tmp_path: Path) -> None:
    board = tmp_path / "board.csv"
    said(library, "shift.py", "sample", board)

    found = said(library, "shift.py", "sum", board, "2026-11-26T10:00:00Z")

    assert (found["planned_minutes"], found["reactive_minutes"], found["planned_percent"]) == (85, 160, 35)
    assert (found["open"], found["late"], found["critical"]) == (4, ["REQ-822", "REQ-815"], ["REQ-815"])


@pytest.mark.parametrize("card", ["REQ-1,A,minor,someday,open,2026-11-24,5", "REQ-1,A,minor,planned,open,soon,5"])
def test_a_card_that_cannot_be_understood_is_refused(library: Library, tmp_path: Path, card: str) -> None:
    board = tmp_path / "board.csv"
    board.write_text(f"ticket,title,severity,sort,state,due,minutes\n{card}\n")
    assert "line 2" in refused(library, "shift.py", "sum", board)
