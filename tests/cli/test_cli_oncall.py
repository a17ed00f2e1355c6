"""`runbook oncall`, as people use it: who is on call, what is wrong, and who may take or swap what."""

from __future__ import annotations

import datetime
import json

import pytest

from runbook.engine.identity import system_user

ROTATION = {
    "id": "primary",
    "rotate": ["ana", "bo", "cy"],
    "every": "1w",
    "handoff": "Mon 09:00",
    "start": "2026-03-16",
}
ME = system_user().name


def day(ahead: int) -> str:
    return (datetime.date.today() + datetime.timedelta(days=ahead)).isoformat()


@pytest.fixture
def department(tmp_path, desk, monkeypatch):
    """Writes a department of three, of whom whoever runs the test is one, and makes it the project."""
    (tmp_path / "d" / "operations" / "people").mkdir(parents=True)
    (tmp_path / "d" / "operations" / "oncall").mkdir()
    (tmp_path / "d" / "runbook.yaml").write_text("runbook: 1\ntitle: D\n")
    monkeypatch.chdir(tmp_path / "d")

    def write(me="ana", people=None, lead="", **schedule):
        folder = tmp_path / "d" / "operations"
        for id in ("ana", "bo", "cy", "ivan"):
            given = {"phone": "+49 30 1", "users": [ME if id == me else f"login-{id}"], **(people or {}).get(id, {})}
            known = {name: value for name, value in given.items() if value is not None}
            (folder / "people" / f"{id}.yaml").write_text(json.dumps(known))
        team = {"teams": {"infra": {"lead": lead} if lead else {}}}
        (folder / "teams.yaml").write_text(json.dumps(team))
        whole = {"timezone": "Europe/Berlin", "teams": ["infra"], "layers": [ROTATION], **schedule}
        (folder / "oncall" / "infra.yaml").write_text(json.dumps(whole))
        return desk

    return write


def on_call(desk, when):
    return desk.cli("oncall", "show", "infra", "--at", when, "--json").json[0]["person"]


def test_ops_2_6_it_shows_who_is_on_call_by_the_clock_of_the_schedule(department):
    desk = department()

    assert on_call(desk, "2026-03-23T08:59") == "ana"
    assert on_call(desk, "2026-03-23T09:00") == "bo"
    shown = desk.cli("oncall", "show", "--at", "2026-10-25T02:30", "--weeks", 1)
    assert "infra (Europe/Berlin): bo until Mon 2026-10-26 09:00" in shown.out
    assert "169 h  primary" in shown.out
    before = desk.cli("oncall", "show", "infra", "--at", "2026-03-01").out
    assert "nobody until Mon 2026-03-16 09:00" in before
    assert "next is ana at Mon 2026-03-16 09:00" in before
    assert not desk.home.exists(), "looking leaves no trace"


def test_ops_2_6_a_schedule_that_is_well_passes_the_check(department):
    done = department(rules={"min_gap": "1w", "max_share": "45%"}).cli("oncall", "check", "--weeks", 6)

    assert (done.code, done.out) == (0, "infra: nothing is wrong with the next 6 weeks\n")


ALWAYS = [{"from": "2020-01-01", "to": "2099-12-31"}]


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("leave", {"people": {"bo": {"leave": ALWAYS}}}),
        ("share", {"rules": {"max_share": "20%"}}),
        ("close", {"rules": {"min_gap": "3w"}}),
        ("contact", {"people": {"cy": {"phone": None}}}),
        ("gap", {"overrides": [{"person": None, "from": f"{day(3)}T09:00", "to": f"{day(3)}T10:00"}]}),
    ],
)
def test_ops_2_6_the_check_ends_with_1_when_something_is_wrong(department, what, given):
    desk = department(**given)

    done = desk.cli("oncall", "check", "--json")

    assert done.code == 1
    assert {each["what"] for each in done.json} == {what}
    assert all(each["help"] for each in done.json)
    assert f"infra: {what}: " in desk.cli("oncall", "check").out


def test_ops_2_6_somebody_takes_a_time_and_it_is_recorded(department):
    desk = department()
    before = on_call(desk, f"{day(10)}T12:00")
    done = desk.cli("oncall", "take", "infra", "--from", f"{day(10)}T10:00", "--to", f"{day(10)}T14:00", "--json")

    assert (done.code, done.json["type"], done.json["person"], done.json["by"]) == (0, "OncallOverridden", "ana", "ana")
    assert on_call(desk, f"{day(10)}T12:00") == "ana"
    assert on_call(desk, f"{day(10)}T14:00") == on_call(desk, f"{day(10)}T09:59") == before
    assert desk.cli("verify", "--all").code == 0


TAKE = ("take", "infra", "--from", f"{day(10)}T10:00", "--to", f"{day(10)}T14:00")


@pytest.mark.parametrize(
    ("words", "given", "why"),
    [
        ((*TAKE, "--for", "bo"), {}, "ana may not put bo on call"),
        ((*TAKE, "--nobody", "--reason", "r"), {}, "ana may not leave nobody on call"),
        ((*TAKE, "--nobody", "--for", "bo"), {}, "somebody and nobody"),
        ((*TAKE, "--for", "bo"), {"lead": "ana"}, "takes a reason"),
        ((*TAKE, "--for", "zoe", "--reason", "r"), {"lead": "ana"}, "there is nobody called `zoe`"),
        (TAKE, {"people": {"ana": {"leave": ALWAYS}}}, "ana is on leave"),
        (("take", "infra", "--from", "2026-03-20", "--to", "2026-03-21"), {}, "that time is over"),
        (("take", "infra", "--from", "soon", "--to", day(3)), {}, "`soon` is no time"),
        (("take", "infar", "--from", day(3), "--to", day(4)), {}, "there is no schedule `infar`"),
        (("swap", "infra", day(10), day(17)), {"me": "ivan"}, "ivan has neither of the two shifts"),
        (("swap", "infra", day(10), day(10)), {}, "is on call in both shifts"),
    ],
)
def test_ops_2_6_what_can_not_be_is_refused_and_changes_nothing(department, words, given, why):
    desk = department(**given)
    done = desk.cli("oncall", *words)

    assert done.code == 2
    assert why in done.err
    assert desk.cli("oncall", "show", "--json").json[0]["shifts"] != []
    assert "override" not in desk.cli("oncall", "show").out


def test_ops_2_6_the_lead_puts_somebody_on_call_or_nobody(department):
    desk = department(me="ivan", lead="ivan")

    assert desk.cli("oncall", *TAKE, "--for", "bo", "--reason", "ana is away").code == 0
    assert on_call(desk, f"{day(10)}T12:00") == "bo"
    assert desk.cli("oncall", *TAKE, "--nobody", "--reason", "closed").code == 0
    assert on_call(desk, f"{day(10)}T12:00") is None
    assert desk.cli("oncall", "check").code == 1


def test_ops_2_6_two_shifts_are_swapped(department):
    desk = department(me="ivan", lead="ivan")
    first, second = (on_call(desk, f"{day(ahead)}T12:00") for ahead in (10, 17))

    done = desk.cli("oncall", "swap", "infra", f"{day(10)}T12:00", f"{day(17)}T12:00", "--reason", "a wedding")

    assert done.code == 0
    assert f"{second} is on call for infra" in done.out
    assert [on_call(desk, f"{day(ahead)}T12:00") for ahead in (10, 17)] == [second, first]


def test_without_a_schedule_it_says_where_to_write_one(desk):
    done = desk.cli("oncall", "check")

    assert done.code == 2
    assert "operations/oncall/ID.yaml" in done.err
