"""Days for notice, credits for outages, and questionnaires without evidence."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Library


def said(library: Library, script: str, *arguments: object) -> Any:
    """The answer of a program."""
    command = [sys.executable, str(library.script(f"suppliers/{script}")), *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize(
    ("minutes", "percent", "amount"), [(0, 0, 0), (43, 0, 0), (44, 10, 150), (433, 25, 375), (2161, 50, 750)]
)
def test_a_credit_follows_from_the_minutes(library: Library, minutes: int, percent: int, amount: int) -> None:
    found = said(library, "credit.py", minutes, 99.9, 1500)

    assert (found["percent"], found["amount"]) == (percent, amount)


@pytest.mark.parametrize(
    ("minutes", "day", "percent"),
    [(44640, "2026-10-24", 50), (44, "2026-10-24", 0), (45, "2026-10-24", 10), (41, "2027-02-01", 10)],
    ids=["all of October", "just enough in October", "too much in October", "too much in February"],
)
def test_a_month_has_its_own_length(library: Library, minutes: int, day: str, percent: int) -> None:
    assert said(library, "credit.py", minutes, 99.9, 1500, day)["percent"] == percent


def test_the_day_for_notice_is_counted_back_from_the_end(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "contracts.csv"
    said(library, "contracts.py", "add", path, "northnet", "Line", 18000, "2027-03-31", 90)

    found = said(library, "contracts.py", "show", path, "northnet", "2026-12-01")

    assert (found["notice_by"], found["days_left"]) == ("2026-12-31", 30)
    assert said(library, "contracts.py", "due", path, 30, "2026-12-01")["count"] == 1
    assert said(library, "contracts.py", "due", path, 29, "2026-12-01")["count"] == 0


def test_contracts_that_are_added_at_the_same_time_all_stand_in_the_list(library: Library, tmp_path: Path) -> None:
    path, script = tmp_path / "new" / "contracts.csv", str(library.script("suppliers/contracts.py"))
    names = [f"supplier-{number}" for number in range(8)]

    running = [
        subprocess.Popen(
            [sys.executable, script, "add", path, name, "Line", "18000", "2027-03-31", "90"], stdout=subprocess.DEVNULL
        )
        for name in names
    ]

    assert [each.wait() for each in running] == [0] * len(names)
    with path.open(newline="") as file:
        assert {row["supplier"] for row in csv.DictReader(file)} == set(names)


def test_a_renewal_stands_in_the_list(library: Library) -> None:
    library.run("suppliers/contract-renewal")

    with (library.work / "suppliers" / "contracts.csv").open(newline="") as file:
        rows = {row["supplier"]: row for row in csv.DictReader(file)}
    northnet = rows["northnet"]
    assert (northnet["status"], northnet["ends"], northnet["yearly_cost"]) == ("renewed", "2029-03-31", "14500")


def test_the_way_back_of_a_renewal_brings_the_old_cost(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "contracts.csv"
    before = said(library, "contracts.py", "add", path, "northnet", "Line", 18000, "2027-03-31", 90)

    done = said(library, "contracts.py", "set", path, "northnet", "renewed", "2029-03-31", 14500)
    back = [done["before_status"], done["before_ends"], done["before_cost"]]
    said(library, "contracts.py", "set", path, "northnet", *back)

    with path.open(newline="") as file:
        assert list(csv.DictReader(file)) == [before]


def test_an_answer_without_evidence_counts_half_and_a_missing_must_knocks_out(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("question,weight,must,answer,evidence\nA?,2,no,yes,\nB?,1,no,yes,Page 1\nC?,1,yes,partly,Page 2\n")

    found = said(library, "questionnaire.py", "score", path)

    assert (found["percent"], found["reasons"], found["without_evidence"]) == (62, ["C?"], ["A?"])


@pytest.mark.parametrize(
    "row", ["A?,5,Yes,no,", "A?,5,,no,", "A?,0,yes,yes,", "A?,9,no,yes,", "A?,1,no,Yes,", "A?,1,no"]
)
def test_a_question_that_cannot_be_understood_is_refused(library: Library, tmp_path: Path, row: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(f"question,weight,must,answer,evidence\n{row}\n")
    command = [sys.executable, str(library.script("suppliers/questionnaire.py")), "score", str(path)]

    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert (done.returncode, "line 2" in done.stderr, done.stderr.count("\n")) == (1, True, 1)


def test_the_board_sees_the_conditions(library: Library) -> None:
    library.run("suppliers/onboarding-review")

    record = library.call("record", "last").stdout

    assert "Conditions: Subcontractors sign our rules." in record
    assert "All of them are met by: 2027-03-31." in record


def test_a_supplier_that_is_knocked_out_is_declined(library: Library) -> None:
    path = library.folder / "answers.csv"
    path.write_text("question,weight,must,answer,evidence\nEncrypted?,5,yes,no,\n")

    result = library.run("suppliers/onboarding-review", questionnaire=path)

    assert (result.state("reviews"), result.state("enter")) == ("skipped", "skipped")
    assert (result.status, result.state("decline")) == ("succeeded", "succeeded")
