"""Accounts that should not be there are found, and a review is complete before it is signed."""

from __future__ import annotations

import csv
import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

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
    with (export / "shadow").open("a") as file:
        file.write("mallory:*:20000:0:99999:7:::\n")

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


@pytest.mark.parametrize(
    ("file", "text", "part"),
    [
        ("passwd", "", "has no root"),
        ("passwd", "root:x:zero:0::/root:/bin/sh\n", "zero is no number"),
        ("shadow", "", "is no whole copy"),
        ("shadow", "root:*:::::::\n", "has no line for daemon, backup"),
        ("group", "", "is no whole copy"),
        ("last-logins", "anna yesterday\n", "anna yesterday"),
    ],
)
def test_an_export_that_is_not_whole_is_refused(library: Library, file: str, text: str, part: str) -> None:
    export = sample_export(library)
    (export / file).write_text(text)
    command = [sys.executable, str(library.script("access/review.py")), "empty-passwords", str(export)]

    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert (done.returncode, part in done.stderr, done.stderr.count("\n")) == (1, True, 1), done.stderr


@pytest.mark.parametrize(
    ("file", "before", "after", "found"),
    [
        ("group", "sudo:x:27:anna,temp", "sudo:x:27:anna,bruno", ["bruno"]),
        ("passwd", "carla:x:1003:1003", "carla:x:1003:27", ["temp", "carla"]),
        ("approved", "anna adm sudo", "anna sudo", ["anna", "temp"]),
        ("approved", "anna adm sudo", "anna adm sudo\ntemp sudo", []),
    ],
    ids=["approved to log in only", "first group", "approved for another group", "approved for the group"],
)
def test_a_powerful_group_needs_an_approval_of_its_own(
    library: Library, file: str, before: str, after: str, found: list[str]
) -> None:
    export = sample_export(library)
    text = (export / file).read_text()
    assert text.count(before) == 1
    (export / file).write_text(text.replace(before, after))
    command = [sys.executable, str(library.script("access/review.py")), "privileged", str(export)]

    done = subprocess.run(command, check=True, capture_output=True, text=True)

    assert json.loads(done.stdout)["accounts"] == found


@pytest.mark.parametrize("file", ["passwd", "shadow", "group"])
def test_an_empty_copy_stops_the_review_before_it_begins(library: Library, file: str) -> None:
    export = sample_export(library)
    (export / file).write_text("")

    result = library.run("access/access-review", export=export)

    assert (result.status, result.state("look")) == ("failed", "cancelled")


def test_an_incomplete_export_stops_the_review_before_it_begins(library: Library) -> None:
    export = sample_export(library)
    (export / "shadow").unlink()

    result = library.run("access/access-review", export=export)

    assert result.status == "failed"
    assert result.state("look") == "cancelled"


def accounts(place: Library | Path) -> dict[str, dict[str, str]]:
    """The accounts of a register, or of that of the sample."""
    register = place if isinstance(place, Path) else place.work / "access" / "register"
    with (register / "accounts.csv").open(newline="") as file:
        return {row["account"]: row for row in csv.DictReader(file)}


REFUSED = {"approve": False, "by": "maria", "comment": "Not needed"}


def asked(library: Library, script: str, verb: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """One call of a program with the sample register."""
    register = str(library.work / "access" / "register")
    command = [sys.executable, str(library.script(f"access/{script}")), verb, register, *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def said(library: Library, script: str, verb: str, *arguments: object) -> Any:
    """The answer of a program about the sample register."""
    done = asked(library, script, verb, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def own_register(library: Library) -> Path:
    """A register that is not the sample of the processes, with the same content."""
    own = library.folder / "own-register"
    command = [sys.executable, str(library.script("access/register.py")), "sample", str(own)]
    subprocess.run(command, check=True, capture_output=True)
    return own


def test_a_joiner_gets_the_rights_of_the_role_and_no_more(library: Library) -> None:
    result = library.run("access/joiner", role="accountant")

    assert result.status == "succeeded", result.text
    assert accounts(library)["dilan"]["rights"] == "mail payments"


@pytest.mark.parametrize("accepted", [True, False])
def test_a_joiner_gets_rights_that_conflict_only_from_security(library: Library, accepted: bool) -> None:
    word = {"approve": accepted, "by": "tom", "comment": "The auditor looks at every payment"}

    result = library.run("access/joiner", answers={"accept-conflict": word}, role="purchase-lead")

    assert result.status == ("succeeded" if accepted else "failed"), result.text
    assert ("dilan" in accounts(library)) is accepted


@pytest.mark.parametrize("changed", [True, False])
def test_an_account_is_locked_until_it_is_handed_over(library: Library, changed: bool) -> None:
    handed_over = {"outcome": "done", "fields": {"changed": changed, "date": "2026-12-01"}}

    result = library.run("access/joiner", answers={"hand-over": handed_over})

    assert result.status == ("succeeded" if changed else "failed"), result.text
    assert (result.state("changed"), result.state("lock-again")) == (
        ("succeeded", "skipped") if changed else ("failed", "succeeded")
    )
    assert accounts(library)["dilan"]["status"] == ("active" if changed else "locked")


def test_a_new_account_is_locked(library: Library) -> None:
    said(library, "register.py", "sample")

    assert said(library, "register.py", "add", "dilan", "Dilan", "buyer")["status"] == "locked"


def test_nobody_gets_an_account_that_the_manager_refused(library: Library) -> None:
    result = library.run("access/joiner", answers={"approve": REFUSED})

    assert (result.status, result.state("create")) == ("failed", "cancelled")
    assert "dilan" not in accounts(library)
    assert result.state("lock-again") == "skipped"


def test_a_name_that_is_taken_is_given_to_nobody_else(library: Library) -> None:
    result = library.run("access/joiner", account="carla")

    assert (result.status, result.state("free")) == ("failed", "failed")


def test_a_mover_keeps_no_right_of_the_old_role(library: Library) -> None:
    result = library.run("access/mover")

    assert accounts(library)["bruno"]["rights"] == "mail payments"
    assert result.outputs("move")["before"] == "buyer"
    assert result.state("accept-conflict") == "skipped"


def test_a_mover_keeps_the_old_rights_until_the_agreed_day(library: Library) -> None:
    fields = {"successor": "Carla Diaz", "at": "2099-12-01", "ticket": "REQ-818"}
    answers = library.folder / "answers.yaml"
    answers.write_text(json.dumps({"approve": {"approve": True, "by": "maria"}, "handed-over": {"fields": fields}}))

    done = library.call("run", "access/mover", "--yes", "--no-wait", "--answers", answers, "--json")

    steps = {step["id"]: step["status"] for step in json.loads(done.stdout.strip().splitlines()[-1])["steps"]}
    assert (steps["until-then"], accounts(library)["bruno"]["rights"]) == ("waiting", "mail orders"), done.stdout


def test_the_way_back_of_a_move_gives_every_right_that_was_held(library: Library) -> None:
    own = own_register(library)
    path = own / "accounts.csv"
    path.write_text(path.read_text().replace("mail orders", "mail orders servers"))
    before = accounts(own)["bruno"]
    assert before["rights"] == "mail orders servers"

    outputs = library.run("access/mover", register=own).outputs("move")
    script = [sys.executable, library.script("access/register.py"), "put-back", own, "bruno"]
    subprocess.run([*script, outputs["before"], outputs["before_rights"]], check=True, capture_output=True)

    assert accounts(own)["bruno"] == before


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


@pytest.mark.parametrize(
    ("inputs", "status"),
    [
        ({"leaving": "agreed"}, "active"),
        ({"leaving": "at once"}, "locked"),
        ({"leaving": "agreed", "ends": "2026-11-01T17:00:00Z"}, "locked"),
    ],
    ids=["no hour", "at once", "an hour that has passed"],
)
def test_the_hour_of_the_sample_locks_no_account_of_another_register(
    library: Library, inputs: dict[str, str], status: str
) -> None:
    own = own_register(library)

    result = library.run("access/leaver", register=own, account="anna", **inputs)

    assert result.status == ("failed" if status == "active" else "succeeded"), result.text
    assert accounts(own)["anna"]["status"] == status


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


@pytest.mark.parametrize(("right", "approved"), [("database-admin", False), ("backup", True)])
def test_a_grant_of_another_run_stays(library: Library, right: str, approved: bool) -> None:
    own = own_register(library)
    row = f"anna,{right},2099-01-01T00:00:00+00:00,another-run"
    (own / "grants.csv").write_text(f"account,right,until,run\n{row}\n")
    answers = {} if approved else {"approve": REFUSED}

    result = library.run("access/privileged-access", answers=answers, register=own)

    assert result.status == ("succeeded" if approved else "failed"), result.text
    assert (own / "grants.csv").read_text().splitlines()[1:] == [row]


@pytest.mark.parametrize("right", ["database-admin", "servers"])
def test_a_right_that_is_held_already_is_not_given_again(library: Library, right: str) -> None:
    own = own_register(library)
    held = "account,right,until,run\nanna,database-admin,2099-01-01T00:00:00+00:00,another-run\n"
    (own / "grants.csv").write_text(held)

    result = library.run("access/privileged-access", register=own, right=right)

    assert (result.status, result.state("grant")) == ("failed", "failed")
    assert (own / "grants.csv").read_text().split() == held.split()


def test_a_right_that_nobody_took_back_counts_as_none_after_its_end(library: Library) -> None:
    said(library, "register.py", "sample")
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=2)
    grants = library.work / "access" / "register" / "grants.csv"
    grants.write_text(f"account,right,until,run\nanna,backup,{past.isoformat(timespec='seconds')},dead-run\n")

    shown = said(library, "register.py", "show", "anna")
    found = said(library, "grants.py", "holds", "anna", "backup")

    assert (shown["granted"], len(shown["ended"])) == (0, 1)
    assert (found["holds"], found["listed"]) == (False, 1)
    assert said(library, "grants.py", "give", "anna", "backup", 60, "run-2")["run"] == "run-2"
    assert len(grants.read_text().splitlines()) == 2


def test_changes_at_the_same_time_lose_nothing(library: Library) -> None:
    said(library, "register.py", "sample")
    register, script = str(library.work / "access" / "register"), str(library.script("access/register.py"))
    names = [f"starter{number}" for number in range(8)]

    running = [
        subprocess.Popen([sys.executable, script, "add", register, name, "New", "buyer"], stdout=subprocess.DEVNULL)
        for name in names
    ]

    assert [each.wait() for each in running] == [0] * len(names)
    assert set(names) <= set(accounts(library))


@pytest.mark.parametrize(
    ("file", "text", "part"),
    [
        ("accounts", "account,name\nanna,Anna\n", "the columns account, name, role, rights, status are expected"),
        ("accounts", "account,name,role,rights,status\nanna,Anna\n", "line 2"),
        ("grants", "account,right,until,run\nanna,backup,soon,run-1\n", "has no end"),
        ("grants", "account,right,until,run\nanna,\udcff", "can't be read"),
    ],
)
def test_a_register_that_cannot_be_understood_is_refused_in_one_line(
    library: Library, file: str, text: str, part: str
) -> None:
    said(library, "register.py", "sample")
    path = library.work / "access" / "register" / f"{file}.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    done = asked(library, "register.py", "show", "anna")

    assert (done.returncode, part in done.stderr, done.stderr.count("\n")) == (1, True, 1)


def test_a_long_access_needs_a_second_approval(library: Library) -> None:
    refusal = {**REFUSED, "by": "tom"}

    result = library.run("access/privileged-access", answers={"approve-length": refusal}, minutes=300)

    assert (result.status, result.state("grant")) == ("failed", "cancelled")


def test_what_was_done_to_an_account_is_undone_by_the_way_back(library: Library) -> None:
    library.run("access/mover")
    before = accounts(library)["bruno"]

    for verb, *others in (
        ("lock", "bruno"),
        ("unlock", "bruno"),
        ("move", "bruno", "buyer"),
        ("move", "bruno", "accountant"),
    ):
        said(library, "register.py", verb, *others)

    assert accounts(library)["bruno"] == before
