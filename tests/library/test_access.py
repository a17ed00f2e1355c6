"""Accounts that should not be there are found, and a review is complete before it is signed."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Library


def sample_export(library: Library) -> Path:
    """The sample export of accounts, with one finding of every sort."""
    path = library.folder / "export"
    subprocess.run([sys.executable, library.script("access/make_sample.py"), path], check=True, capture_output=True)
    return path


@pytest.mark.parametrize(
    ("finding", "account"),
    [
        ("system-shells", "backup"),
        ("second-roots", "toor"),
        ("not-approved", "temp"),
        ("empty-passwords", "temp"),
        ("stale", "carla"),
        ("privileged", "temp"),
    ],
)
def test_a_finding_names_the_account(library: Library, finding: str, account: str) -> None:
    command = [sys.executable, str(library.script("access/review.py")), finding, str(sample_export(library)), "90"]

    done = subprocess.run(command, check=True, capture_output=True, text=True)

    assert json.loads(done.stdout)["accounts"] == [account]


def test_an_unknown_account_is_found_and_reported(library: Library) -> None:
    export = sample_export(library)
    with (export / "passwd").open("a") as file:
        file.write("mallory:x:1500:1500::/home/mallory:/bin/bash\n")

    result = library.run("access/access-review", export=export)

    assert result.outputs("unknown")["accounts"] == ["temp", "mallory"]
    assert "| mallory |" in (library.folder / result.outputs("report")["file"]).read_text()
    assert result.state("complete") == "failed"


def test_a_clean_export_needs_only_the_signature(library: Library) -> None:
    export = sample_export(library)
    (export / "passwd").write_text("root:x:0:0:root:/root:/bin/bash\nanna:x:1001:1001::/home/anna:/bin/bash\n")
    (export / "group").write_text("sudo:x:27:anna\n")

    result = library.run("access/access-review", export=export)

    assert result.outputs("report")["total"] == 0
    assert (result.state("assess"), result.state("sign")) == ("skipped", "succeeded")


def test_an_incomplete_export_stops_the_review_before_it_begins(library: Library) -> None:
    export = sample_export(library)
    (export / "shadow").unlink()

    result = library.run("access/access-review", export=export)

    assert result.status == "failed"
    assert result.state("look") == "cancelled"


def accounts(library: Library) -> dict[str, dict[str, str]]:
    """The accounts of the sample register."""
    with (library.work / "access" / "register" / "accounts.csv").open(newline="") as file:
        return {row["account"]: row for row in csv.DictReader(file)}


REFUSED = {"approve": False, "by": "maria", "comment": "Not needed"}


def test_a_joiner_gets_the_rights_of_the_role_and_no_more(library: Library) -> None:
    result = library.run("access/joiner", role="accountant")

    assert result.status == "succeeded", result.text
    assert accounts(library)["dilan"]["rights"] == "mail payments"


def test_nobody_gets_an_account_that_the_manager_refused(library: Library) -> None:
    result = library.run("access/joiner", answers={"approve": REFUSED})

    assert (result.status, result.state("create")) == ("failed", "cancelled")
    assert "dilan" not in accounts(library)


def test_a_name_that_is_taken_is_given_to_nobody_else(library: Library) -> None:
    result = library.run("access/joiner", account="carla")

    assert (result.status, result.state("free")) == ("failed", "failed")


def test_a_mover_keeps_no_right_of_the_old_role(library: Library) -> None:
    result = library.run("access/mover")

    assert accounts(library)["bruno"]["rights"] == "mail payments"
    assert result.outputs("move")["before"] == "buyer"
    assert result.state("accept-conflict") == "skipped"


@pytest.mark.parametrize(("accepted", "rights"), [(True, "mail orders payments"), (False, "mail orders")])
def test_rights_that_conflict_need_security(library: Library, accepted: bool, rights: str) -> None:
    word = {"approve": accepted, "by": "tom", "comment": "The auditor looks at every payment"}

    result = library.run("access/mover", answers={"accept-conflict": word}, role="purchase-lead")

    assert result.status == ("succeeded" if accepted else "failed")
    assert accounts(library)["bruno"]["rights"] == rights


def test_the_new_manager_cannot_accept_a_conflict_alone(library: Library) -> None:
    word = {"approve": True, "by": "maria", "comment": "I need it"}

    result = library.run("access/mover", answers={"accept-conflict": word}, role="purchase-lead")

    assert (result.exit_code, result.state("accept-conflict")) == (4, "waiting")


def test_an_account_that_ends_at_once_waits_for_no_hour(library: Library) -> None:
    result = library.run("access/leaver", leaving="at once", ends="2099-01-01T17:00:00Z")

    assert (result.status, result.state("until-then")) == ("succeeded", "skipped")
    assert accounts(library)["carla"]["status"] == "locked"


@pytest.mark.parametrize("agreed", [True, False])
def test_an_account_is_removed_only_with_a_witness(library: Library, agreed: bool) -> None:
    answers = {
        "data": {"choose": "remove", "by": "maria"},
        "agree": {"approve": agreed, "by": "tom", "comment": "Legal was asked"},
    }

    result = library.run("access/leaver", answers=answers)

    assert result.state("keep") == "skipped"
    assert ("carla" in accounts(library)) is not agreed


def test_a_right_ends_by_itself(library: Library) -> None:
    result = library.run("access/privileged-access")

    assert result.state("approve-length") == "skipped"
    assert (library.work / "access" / "register" / "grants.csv").read_text().splitlines() == ["account,right,until,run"]


def test_a_right_is_not_given_when_it_is_refused(library: Library) -> None:
    result = library.run("access/privileged-access", answers={"approve": REFUSED})

    assert (result.status, result.state("grant")) == ("failed", "cancelled")
    assert result.state("revoke-anyway") == "succeeded"


def test_a_long_access_needs_a_second_approval(library: Library) -> None:
    refusal = {**REFUSED, "by": "tom"}

    result = library.run("access/privileged-access", answers={"approve-length": refusal}, minutes=300)

    assert (result.status, result.state("grant")) == ("failed", "cancelled")


def test_what_was_done_to_an_account_is_undone_by_the_way_back(library: Library) -> None:
    library.run("access/mover")
    register = library.work / "access" / "register"
    before = accounts(library)["bruno"]

    for command in (
        ("lock", "bruno"),
        ("unlock", "bruno"),
        ("move", "bruno", "buyer"),
        ("move", "bruno", "accountant"),
    ):
        verb, *others = command
        script = [sys.executable, library.script("access/register.py"), verb, register, *others]
        subprocess.run(script, check=True, capture_output=True)

    assert accounts(library)["bruno"] == before
