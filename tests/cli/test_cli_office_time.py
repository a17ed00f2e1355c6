"""Whatever the department shows of times on a terminal is by the clock of its office; for programs it is UTC."""

from __future__ import annotations

import getpass
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

TOKYO = ZoneInfo("Asia/Tokyo")
OFFICE = "timezone: Asia/Tokyo\nhours: {all: ['00:00-24:00']}\n"
BOARD = """\
columns:
  - {id: inbox, state: new}
  - {id: doing, state: active}
  - {id: done, state: finished}
"""
ONCALL = """\
timezone: Europe/Berlin
layers: [{id: primary, rotate: [ana], every: 1w, handoff: "Mon 09:00", start: 2026-03-16}]
"""
DUTY = """\
runbook: 1
title: Look at the disks
owner: ana
trigger:
  schedule: {cron: 30 * * * *, timezone: UTC}
steps:
  - {id: look, title: Look, manual: Look at them}
"""


@pytest.fixture
def office(project):
    """A department in Tokyo with one project, one change that is promised, and one duty every hour."""
    made = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: T\n",
            "operations/calendars/office.yaml": OFFICE,
            "operations/boards/work.yaml": BOARD,
            "operations/people/ana.yaml": "name: Ana\n",
            "operations/oncall/infra.yaml": ONCALL,
            "processes/storage/look.yaml": DUTY,
        }
    )
    made.cli("item", "open", "New disks", "--kind", "change", "--due", "2042-01-10T02:00")
    made.cli("item", "open", "Racks", "--kind", "project")
    made.cli("item", "milestone", "PRJ-1", "Half", "--due", "2042-01-10")
    return made


def test_a_time_that_is_typed_is_that_of_the_office(office):
    assert office.cli("item", "show", "CHG-1", "--json").json["due"] == "2042-01-09T17:00:00.000Z"
    assert office.cli("item", "show", "PRJ-1", "--json").json["milestones"][0]["due"] == "2042-01-10T15:00:00.000Z"

    office.cli("item", "promise", "CHG-1", "--due", "2042-01-10T02:00+01:00")

    assert office.cli("item", "show", "CHG-1", "--json").json["due"] == "2042-01-10T01:00:00.000Z"


def test_the_project_may_be_named_after_the_time(office, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    office.cli("item", "promise", "CHG-1", "--due", "2042-02-01T09:00", "--project", office.folder)

    shown = office.cli("item", "show", "CHG-1", "--json", "--project", office.folder)
    assert shown.json["due"] == "2042-02-01T00:00:00.000Z"


SHOWN = {
    "item show": (("item", "show", "CHG-1"), "due          2042-01-10 02:00\n"),
    "the milestones of a project": (("item", "show", "PRJ-1"), "Half, 2042-01-11 00:00\n"),
    "item log": (("item", "log", "CHG-1"), "due 2042-01-10 02:00"),
    "board": (("board",), "due 2042-01-10 02:00  New disks"),
    "next --why": (("next", "--why"), "due 2042-01-10 02:00\n"),
    "report project": (("report", "project", "PRJ-1"), "  2042-01-11  Half"),
}


@pytest.mark.parametrize("what", SHOWN)
def test_what_is_shown_is_by_the_clock_of_the_office(office, what):
    words, expected = SHOWN[what]

    assert expected in office.cli(*words).out


def test_all_times_of_a_clock_agree_wherever_they_are_shown(office):
    office.cli("item", "open", "Mail is down", "--severity", "major")
    explained = office.cli("sla", "explain", "INC-1", "--json").json["clocks"]
    due = min(each["due"]["iso8601"] for each in explained if each["due"])
    at = datetime.fromisoformat(due).astimezone(TOKYO)

    assert f"due {at:%Y-%m-%d %H:%M}" in office.cli("board").out
    assert f"{at.day} {at:%b} {at.year} {at:%H:%M}" in office.cli("sla", "explain", "INC-1").out
    assert office.cli("next", "--json").json[0]["due_at"] == due


def test_duties_and_missed_escalations_name_the_zone(office):
    line = office.cli("duties", "--since", "1d").out.splitlines()[-1]  # what is upcoming
    told = office.cli("duties", "--since", "1d", "--json").json[-1]

    at = datetime.fromisoformat(told["instant"]).astimezone(TOKYO)
    assert line.startswith(f"{at:%Y-%m-%d %H:%M} JST  ")
    opened = office.cli("duties", "open").out
    assert re.search(r"^DTY-1  storage/look, due \d{4}-\d\d-\d\d \d\d:30 JST$", opened, re.MULTILINE)


def test_a_forecast_and_a_review_name_days_of_the_office(office):
    review = office.cli("report", "service-review", "--month", f"{datetime.now(TOKYO):%Y-%m}")

    assert "- CHG-1 New disks" not in review.out  # due in the future, far after the next month
    office.cli(
        "item", "promise", "CHG-1", "--due", (soon := f"{datetime.now(TOKYO) + timedelta(days=2):%Y-%m-%d}T01:00")
    )
    review = office.cli("report", "service-review", "--month", f"{datetime.now(TOKYO):%Y-%m}")
    assert f"- CHG-1 New disks ({soon[:10]})" in review.out


def test_who_takes_a_shift_reads_it_by_the_clock_of_the_schedule(office):
    me = f"name: Ana\nusers: [{getpass.getuser()}]\n"
    (office.folder / "operations" / "people" / "ana.yaml").write_text(me)

    done = office.cli("oncall", "take", "infra", "--from", "2042-04-07T09:00", "--to", "2042-04-10")

    assert "ana is on call for infra from Mon 2042-04-07 09:00 to Fri 2042-04-11 00:00" in done.out, done.err
