"""Recurring work at the command line: what is due, opened once, and what was missed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cli.conftest import Desk

Make = Callable[[Mapping[str, str]], Desk]

DRILL = """\
runbook: 1
title: Restore drill
summary: Show that backups can be read.
owner: bo
backup_owner: ana
kind: duty
trigger:
  schedule: {cron: "0 0 1 * *", timezone: Europe/Berlin}
steps:
  - {id: look, title: Look at it, manual: Open it.}
"""
FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Kept\n",
    "operations/people/bo.yaml": "name: Bo\n",
    "operations/people/ana.yaml": "name: Ana\n",
    "processes/backup/group.yaml": "title: Backup\nowner: bo\n",
    "processes/backup/drill.yaml": DRILL,
}


@pytest.fixture
def desk(project: Make) -> Desk:
    return project(FILES)


def states(desk: Desk, *words: str) -> list[tuple[str, str]]:
    """What is told of each occurrence: its state and by what it is done."""
    return [(each["state"], each["by"]) for each in desk.cli("duties", *words, "--json").json]


def test_what_is_due_is_opened_once_for_the_owner_until_the_next_is_due(desk: Desk) -> None:
    assert states(desk) == [("due", ""), ("upcoming", "")]

    opened = desk.cli("duties", "open")
    again = desk.cli("duties", "open")

    assert opened.code == 0
    assert opened.out.startswith("DTY-1  backup/drill, due ")
    assert again.out == "Nothing is due that is not open already.\n"
    assert states(desk) == [("open", "DTY-1"), ("upcoming", "")]
    item = desk.cli("item", "show", "DTY-1", "--json").json
    told = [item[name] for name in ("kind", "process", "accountable", "demand", "class")]
    assert told == ["duty", "backup/drill", "bo", "planned", "fixed_date"]
    assert item["due"] > datetime.datetime.now(datetime.UTC).isoformat()[:10]


def test_two_who_open_at_once_open_it_once(desk: Desk) -> None:
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: desk.process("duties", "open", "--json"), range(4)))

    assert [each.returncode for each in ended] == [0, 0, 0, 0]
    assert len(desk.cli("item", "list", "--json").json) == 1


def test_a_run_that_somebody_began_by_themselves_does_it(desk: Desk) -> None:
    run = desk.begin("backup/drill")
    assert states(desk) == [("open", run), ("upcoming", "")]

    desk.cli("answer", run, "look", "done")

    assert states(desk) == [("done", run), ("upcoming", "")]
    assert desk.cli("duties", "open").out == "Nothing is due that is not open already.\n"
    shown = desk.cli("duties")
    assert "+ done" in shown.out


def test_what_was_cancelled_is_missed_and_not_opened_again(desk: Desk) -> None:
    desk.cli("duties", "open")
    desk.cli("item", "cancel", "DTY-1", "--reason", "the tapes are gone")

    missed = desk.cli("duties", "--missed")

    assert missed.code == 1
    assert "x missed" in missed.out
    assert "DTY-1" in missed.out
    assert desk.cli("duties", "open").out == "Nothing is due that is not open already.\n"


def test_nothing_missed_ends_with_0(desk: Desk) -> None:
    assert (desk.cli("duties", "--missed").code, desk.cli("duties", "--missed").out) == (0, "Nothing was missed.\n")


def test_an_instant_long_ago_is_noted_as_missed_where_its_author_skips(project: Make) -> None:
    skips = DRILL.replace("timezone: Europe/Berlin}", "timezone: Europe/Berlin, missed: skip}")
    desk = project({**FILES, "processes/backup/drill.yaml": skips.replace("0 0 1 * *", "0 0 1 1 *")})

    first = desk.cli("duties", "open", "--json").json
    second = desk.cli("duties", "open", "--json").json

    assert (first["opened"], [each["process"] for each in first["missed"]]) == ([], ["backup/drill"])
    assert second == {"opened": [], "refused": [], "missed": []}
    assert desk.cli("duties", "--missed", "--since", "370d").code == 1


def test_a_schedule_that_cannot_be_read_is_found_and_the_others_go_on(project: Make) -> None:
    bad = DRILL.replace("0 0 1 * *", "monthly")
    desk = project({**FILES, "processes/backup/bad.yaml": bad})

    assert "RB345 bad-schedule" in desk.cli("validate").out
    assert [each["process"] for each in desk.cli("duties", "open", "--json").json["opened"]] == ["backup/drill"]


def test_a_project_without_schedules_says_so(project: Make) -> None:
    plain = DRILL.replace('trigger:\n  schedule: {cron: "0 0 1 * *", timezone: Europe/Berlin}\n', "")
    desk = project({**FILES, "processes/backup/drill.yaml": plain})

    assert desk.cli("duties").out == "No process has a schedule: see `trigger` in the reference.\n"
    assert desk.cli("duties", "open").out == "Nothing is due that is not open already.\n"
    assert not (desk.home / "journal.db").exists()
