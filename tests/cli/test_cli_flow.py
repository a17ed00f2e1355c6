"""`runbook report flow`, `report capacity`, `forecast`, `load` and `plan week`, on work that was really recorded."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import pytest

from runbook.engine.identity import system_user
from runbook.operations import commands as c
from runbook.operations.local_time import week_name, week_of
from runbook.operations.zones import zone
from tests.cli.conftest import Desk
from tests.cli.history import CYCLES, D, H, Past, begun

UTC = zone("UTC")
ME = system_user().name


def write(folder: Path, files: dict[str, object]) -> None:
    for name, data in {"../runbook": {"runbook": 1, "title": "D"}, **files}.items():
        path = folder / "operations" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data))


DEPARTMENT = {
    "people/ana": {"users": [ME], "teams": ["infra"], "phone": "1"},
    "people/bo": {"teams": ["infra"], "allocation": "50%", "phone": "1"},
    "people/cy": {"leave": [{"from": "2020-01-01", "to": "2099-12-31"}], "phone": "1"},
    "teams": {"teams": {"infra": {}}},
    "oncall/infra": {
        "layers": [{"id": "p", "rotate": ["ana"], "every": "1w", "handoff": "Mon 09:00", "start": "2026-03-16"}]
    },
}


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A department in which the twenty requests of the vector were finished, and three items are open."""
    folder = tmp_path_factory.mktemp("busy")
    write(folder, DEPARTMENT)
    past = Past(folder, folder / ".runbook")
    for number, days in enumerate(CYCLES):
        past.finished(past.now - 60 * D + number * D, days * D, ("ana", "bo")[number % 2])
    past.item(past.now - 9 * D, *begun(past.now - 8 * D - 60, "ana"), title="An old one")
    past.item(past.now - D, *begun(past.now - D, "ana"), (past.now - H, c.Hinder("supplier")), kind="incident")
    past.item(past.now - 2 * D, title="Not begun", demand="planned")
    return folder


@pytest.fixture
def desk(busy, monkeypatch):
    monkeypatch.chdir(busy)
    monkeypatch.setenv("RUNBOOK_HOME", str(busy / ".runbook"))
    return Desk(busy, busy / ".runbook")


def test_ops_2_5_the_flow_of_a_board_is_told(desk):
    told = desk.cli("report", "flow", "--json").json

    assert (told["wip"], told["finished"], sum(told["throughput"]), len(told["throughput"])) == (2, 20, 20, 90)
    assert told["cycle"] == {"p50": 4 * D, "p70": 7 * D, "p85": 12 * D, "p95": 20 * D}
    assert [each["text"] for each in told["expectations"]] == ["85 % of requests finish in 12 days or less"]
    assert [(each["item"], each["chance"]) for each in told["aging"]] == [("REQ-21", 0.4), ("INC-1", None)]
    assert told["blocked"]["supplier"] == pytest.approx(H, abs=120)
    assert told["diagram"][-1]["columns"] == {"inbox": 1, "ready": 0, "doing": 2, "verify": 0, "done": 20}
    assert 0 < told["efficiency"] < 1
    shown = desk.cli("report", "flow").out
    assert "85 % of requests finish in 12 days or less (20 finished)" in shown
    assert "40 % to be in time" in shown


def test_ops_2_5_a_forecast_is_made_of_the_days_that_were(desk):
    told = desk.cli("forecast", "--items", 5, "--json").json

    assert sum(told["samples"]) == 20
    days = [each["days"] for each in told["chances"]]
    assert days == sorted(days)
    assert desk.cli("forecast", "--json").json["items"] == 3, "all that is open"
    assert "items or more" in desk.cli("forecast", "--days", 14).out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("forecast", "--items", 1, "--days", 1), "can't be asked together"),
        (("forecast", "--items", 1, "--window", 5), "5 days to forecast from, and it takes 11"),
        (("forecast", "--items", 1, "--kind", "change"), "0 days to forecast from"),
        (("forecast", "--items", 1, "--team", "infar"), "there is no team `infar`"),
        (("report", "flow", "--board", "infar"), "there is no board `infar`"),
        (("load", "--week", "soon"), "`soon` is no week"),
        (("plan", "week", "REQ-21"), "add --commit"),
        (("plan", "week", "REQ-99", "--commit"), "REQ-99 is no open item"),
        (("plan", "week", "--week", "2026-W02", "--commit"), "the week 2026-W02 is over"),
    ],
)
def test_what_can_not_be_told_is_refused(desk, words, why):
    done = desk.cli(*words)

    assert done.code
    assert why in done.err


def test_ops_2_6_a_load_is_what_somebody_works_on_against_what_they_can(desk):
    told = {each["person"]: each for each in desk.cli("load", "--week", "next", "--json").json["people"]}

    assert (told["ana"]["wip"], told["ana"]["limit"], told["ana"]["items"]) == (2, 2, ["REQ-21", "INC-1"])
    assert [told[person]["capacity_hours"] for person in ("ana", "bo", "cy")] == [40, 20, 0]
    assert (told["ana"]["on_call_now"], told["ana"]["on_call_hours"]) == (["infra"], 28 * 24)
    assert [told[person]["away"] for person in ("bo", "cy")] == [False, True]
    shown = desk.cli("load").out
    assert "2/2" in shown
    assert "on call now (infra)" in shown


def test_somebody_over_their_limit_has_too_much(desk, busy):
    tight = {"columns": [{"id": each, "state": state} for each, state in COLUMNS], "limits": {"person": {"default": 1}}}
    write(busy, {"boards/work": tight})
    told = {each["person"]: each for each in desk.cli("load", "--json").json["people"]}
    (busy / "operations" / "boards" / "work.yaml").unlink()

    assert "wip" in told["ana"]["over"]
    assert told["bo"]["over"] == []


COLUMNS = (("inbox", "new"), ("ready", "committed"), ("doing", "active"), ("done", "finished"))


@pytest.mark.parametrize("written", [25, 0, None], ids=["written", "written as nothing", "as measured"])
def test_ops_2_6_what_being_on_call_takes_counts_alike_for_the_load_and_for_the_weeks(
    busy, tmp_path, monkeypatch, written
):
    shutil.copytree(busy, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "copy" / ".runbook"))
    turns = {"id": "p", "rotate": ["bo"], "every": "1w", "handoff": "Mon 09:00", "start": "2026-03-16"}
    write(tmp_path / "copy", {"oncall/infra": {"layers": [turns]}})
    if written is not None:
        write(tmp_path / "copy", {"policies/capacity": {"oncall_drag": f"{written}%"}})
    copy = Desk(tmp_path / "copy", tmp_path / "copy" / ".runbook")

    told = copy.cli("report", "capacity", "--json").json
    week = told["weeks"][-1]
    plates = {each["person"]: each for each in copy.cli("load", "--week", week["week"], "--json").json["people"]}

    counts = told["oncall_drag_percent"] if written is None else written
    assert told["oncall_drag_used_percent"] == counts
    assert counts == written or 0 < counts < 100
    assert plates["bo"]["capacity_hours"] == pytest.approx(20 * (100 - counts) / 100), "half a post, always on call"
    assert plates["ana"]["capacity_hours"] == week["people"]["ana"]["capacity_hours"] == 40
    assert week["capacity_hours"] == pytest.approx(sum(each["capacity_hours"] for each in plates.values()))
    said = ", as measured" if written is None else ", by `oncall_drag`"
    assert f"Being on call takes {counts} % of the hours in it{said}" in copy.cli("report", "capacity").out


def test_ops_2_6_a_week_is_planned_once_in_the_order_of_the_work(desk):
    told = desk.cli("plan", "week", "--week", "next", "--json").json
    assert (told["days_each"], told["learned"], told["people"], told["room_days"]) == (2.0, False, 1.5, 3.0)
    assert {each["item"]: each["why_not"] for each in told["items"]} == {
        "REQ-21": None, "REQ-22": None, "INC-1": "blocked",
    }  # fmt: skip

    done = desk.cli("plan", "week", "--week", "next", "--commit", "--json")
    again = desk.cli("plan", "week", "REQ-22", "--week", "next", "--commit")

    assert (done.code, sorted(done.json["items"])) == (0, ["REQ-21", "REQ-22"])
    assert again.code == 2
    assert "has a plan" in again.err
    assert "committed to" in desk.cli("plan", "week", "--week", "next").out
    assert desk.cli("verify", "--all").code == 0


def test_ops_2_6_the_week_of_the_vector_is_told_as_it_was(tmp_path, monkeypatch):
    write(tmp_path, {"people/ana": {"users": [ME]}})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / ".runbook"))
    past = Past(tmp_path, tmp_path / ".runbook")
    monday = week_of(week_of(past.now, UTC)[0] - D, UTC)[0]
    days = ((6.5, 1.5), (2, 6), (0, 8), (5, 3), (2.5, 5.5))
    planned, reactive = [], []
    for day, (first, _) in enumerate(days):
        nine = monday + day * D + 9 * H
        between = nine + int(first * H)
        if first:
            planned += [(nine, c.Move("doing")), (between, c.Move("ready"))]
        reactive += [(between, c.Move("doing")), (nine + 8 * H, c.Move("ready"))]
    ready = ((monday - D, c.Assign("ana")), (monday - D, c.Move("ready")))
    project = past.item(monday - D, *ready, *planned, kind="change")
    past.item(monday - D, *ready, *reactive, kind="incident")
    past.plan(week_name(monday, UTC), [project], monday)
    desk = Desk(tmp_path, tmp_path / ".runbook")

    told = desk.cli("report", "capacity", "--weeks", 1, "--json").json["weeks"][0]

    assert (told["planned_hours"], told["reactive_hours"], told["planned_days"]) == (16, 24, 2.0)
    assert (told["reactive_share"], told["met"], told["committed"], told["completed"]) == (0.6, True, 1, 0)
    assert told["people"]["ana"]["planned_hours"] == 16
    shown = desk.cli("report", "capacity", "--weeks", 1, "--people").out
    assert "16.0 h    24.0 h    40.0 h        2.0      60 %" in shown
    assert "met" in shown
    assert "1 week had a plan, and it takes 8" in shown

    assert desk.cli("item", "time", project, "--set", "8h", "--reason", "it was less").code == 0
    corrected = desk.cli("report", "capacity", "--weeks", 1, "--json").json["weeks"][0]
    assert (corrected["planned_hours"], corrected["met"]) == (8, False)


def test_a_department_in_which_nothing_happened_has_nothing_to_tell(desk, tmp_path, monkeypatch):
    write(tmp_path, {"people/ana": {}})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "none"))

    assert "nothing can be expected yet" in desk.cli("report", "flow").out
    assert "nothing is open" in desk.cli("plan", "week").out
    assert desk.cli("load").code == 0
    assert "0 days to forecast from" in desk.cli("forecast").err
    assert not (tmp_path / "none").exists(), "looking leaves no trace"
    assert datetime.date.today().isoformat()[:4] in desk.cli("report", "capacity").out
