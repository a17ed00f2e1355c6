"""Who is on call: the vectors of OPS 2.6, layers and overrides, and what the check finds."""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.operations.oncall import (
    Schedule,
    following,
    next_shift,
    on_call,
    schedule_from,
    schedules_of,
    shift_at,
    shifts,
)
from runbook.operations.oncall_check import check_schedule, shares
from runbook.operations.seconds import seconds
from runbook.organisation import Organisation, organisation_of

H, D = 3600, 86400
PRIMARY = {
    "id": "primary", "rotate": ["ana", "bo", "cy"], "every": "1w", "handoff": "Mon 09:00", "start": "2026-03-16",
}  # fmt: skip


def schedule(*layers: dict[str, Any], **more: Any) -> Schedule:
    return schedule_from("infra", {"timezone": "Europe/Berlin", "layers": list(layers) or [PRIMARY], **more})


def at(local: str, fold: int = 0) -> int:
    time = datetime.datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)
    return int(time.timestamp())


@pytest.mark.parametrize(
    ("local", "fold", "person"),
    [
        ("2026-03-16T08:59", 0, ""),
        ("2026-03-16T09:00", 0, "ana"),
        ("2026-03-23T08:59", 0, "ana"),
        ("2026-03-23T09:00", 0, "bo"),
        ("2026-10-25T02:30", 0, "bo"),
        ("2026-10-25T02:30", 1, "bo"),
        ("2026-10-26T08:59", 0, "bo"),
        ("2026-10-26T09:00", 0, "cy"),
    ],
)
def test_ops_2_6_the_person_of_the_vector_is_on_call(local: str, fold: int, person: str) -> None:
    assert on_call(schedule(), at(local, fold)) == person


@pytest.mark.parametrize(
    ("local", "hours", "turn"),
    [("2026-03-28T12:00", 167, 1), ("2026-10-25T02:30", 169, 31), ("2026-05-06T12:00", 168, 7)],
)
def test_ops_2_6_a_shift_lasts_from_handoff_to_handoff_on_the_wall(local: str, hours: int, turn: int) -> None:
    shift = shift_at(schedule(), at(local))

    assert (shift.end - shift.start, shift.turn) == (hours * H, turn)


def test_a_rotation_by_days_is_handed_over_at_its_time_each_day() -> None:
    daily = schedule({**PRIMARY, "every": "1d", "handoff": "17:30"})

    assert on_call(daily, at("2026-03-16T17:29")) == ""
    assert [on_call(daily, at(f"2026-03-{day}T17:30")) for day in (16, 17, 18, 19)] == ["ana", "bo", "cy", "ana"]
    assert shift_at(daily, at("2026-03-29T01:00")).end - shift_at(daily, at("2026-03-29T01:00")).start == 23 * H


def test_a_rotation_begins_at_the_first_handoff_after_its_start() -> None:
    late = schedule({**PRIMARY, "start": "2026-03-17"})

    assert on_call(late, at("2026-03-23T08:59")) == ""
    assert on_call(late, at("2026-03-23T09:00")) == "ana"


def test_a_later_layer_wins_and_where_it_says_nothing_the_earlier_one_holds() -> None:
    nights = {**PRIMARY, "id": "nights", "rotate": ["dee"], "start": "2026-03-30", "calendar": "night"}

    def open(calendar: str, start: int, end: int) -> list[tuple[int, int]]:
        assert calendar == "night"
        return [(night, night + 8 * H) for night in range(at("2026-03-30T22:00"), end, D) if night >= start]

    two = schedule(PRIMARY, nights)

    assert on_call(two, at("2026-03-30T21:59"), open) == "cy"
    assert on_call(two, at("2026-03-30T22:00"), open) == "dee"
    assert on_call(two, at("2026-03-31T05:59"), open) == "dee"
    assert on_call(two, at("2026-03-31T06:00"), open) == "cy"


OVERRIDDEN = schedule(
    overrides=[
        {"person": "cy", "from": "2026-04-07T09:00", "to": "2026-04-10T17:00", "reason": "ana leave"},
        {"person": None, "from": "2026-04-08T12:00", "to": "2026-04-08T13:00"},
    ]
)


def test_ops_2_6_an_override_wins_and_may_empty_the_slot() -> None:
    found = shifts(OVERRIDDEN, at("2026-04-06T09:00"), at("2026-04-13T09:00"))

    assert [(shift.person, shift.source) for shift in found] == [
        ("ana", "primary"), ("cy", "override"), ("", "override"), ("cy", "override"), ("ana", "primary"),
    ]  # fmt: skip
    assert (found[0].end, found[-1].start) == (at("2026-04-07T09:00"), at("2026-04-10T17:00"))
    assert on_call(OVERRIDDEN, at("2026-04-08T12:30")) == ""


def test_ops_2_6_when_nobody_is_on_call_the_next_shift_is_known() -> None:
    coming = next_shift(OVERRIDDEN, at("2026-04-08T12:30"))
    before = next_shift(schedule(), at("2026-01-01T00:00"))
    never = next_shift(schedule({**PRIMARY, "calendar": "never"}), at("2026-04-01T00:00"), lambda *_: ())

    assert coming is not None
    assert (coming.person, coming.start) == ("cy", at("2026-04-08T13:00"))
    assert before is not None
    assert (before.person, before.start) == ("ana", at("2026-03-16T09:00"))
    assert never is None


def test_the_one_after_the_one_on_call_is_known() -> None:
    now = at("2026-03-17T12:00")

    assert [following(schedule(), now, steps).person for steps in (0, 1, 2)] == ["ana", "bo", "cy"]  # type: ignore[union-attr]
    assert following(schedule({**PRIMARY, "rotate": ["ana"]}), now, 1) is None


@given(st.integers(0, 400 * D), st.integers(1, 40 * D), st.integers(1, 20), st.sampled_from(["1d", "3d", "1w", "2w"]))
def test_every_second_is_in_one_shift(offset: int, length: int, people: int, every: str) -> None:
    layers = {**PRIMARY, "rotate": [f"p{number}" for number in range(people)], "every": every}
    start = at("2026-03-10T00:00") + offset
    found = shifts(schedule({**layers, "handoff": "02:30"}), start, start + length)

    assert (found[0].start, found[-1].end) == (start, start + length)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(on_call(schedule({**layers, "handoff": "02:30"}), each.end - 1) == each.person for each in found)


def people(**more: dict[str, Any]) -> Organisation:
    known = {id: {"phone": "+49 30 1"} for id in ("ana", "bo", "cy")}
    return organisation_of({"people": {**known, **more}})


def findings(one: Schedule, known: Organisation, weeks: int = 8) -> list[tuple[str, str]]:
    start = at("2026-03-30T09:00")
    return [(each.what, each.person) for each in check_schedule(one, known, start, start + weeks * 7 * D)]


RULES = {"min_gap": "1w", "max_share": "45%", "no_oncall_on_leave": True}


def test_ops_2_6_a_schedule_that_is_well_has_no_findings() -> None:
    assert findings(schedule(rules=RULES), people()) == []


def test_ops_2_6_the_check_finds_holes_also_those_an_override_makes() -> None:
    assert findings(OVERRIDDEN, people()) == [("gap", "")]


def test_ops_2_6_the_check_finds_who_is_on_call_on_leave() -> None:
    away = people(ana={"phone": "1", "leave": [{"from": "2026-04-07", "to": "2026-04-10"}]})
    lenient = replace(schedule(), rules=replace(schedule().rules, no_oncall_on_leave=False))
    covered = schedule(overrides=[{"person": "cy", "from": "2026-04-07T00:00", "to": "2026-04-11T00:00"}])

    assert findings(schedule(), away) == [("leave", "ana")]
    assert findings(lenient, away) == []
    assert findings(covered, away) == []


def test_ops_2_6_the_check_finds_an_unfair_share() -> None:
    uneven = schedule({**PRIMARY, "rotate": ["ana", "bo", "ana", "cy"]}, rules={"max_share": "45%"})

    assert findings(uneven, people()) == [("share", "ana")]


def test_ops_2_6_the_check_finds_turns_too_close_and_a_week_with_a_lost_hour_is_a_week() -> None:
    two = schedule({**PRIMARY, "rotate": ["ana", "bo"]}, rules=RULES | {"max_share": "70%"})
    closer = schedule({**PRIMARY, "rotate": ["ana", "bo"]}, rules={"min_gap": "8d"})
    start = at("2026-03-16T09:00")

    assert check_schedule(two, people(cy={}), start, start + 21 * D) == ()
    assert findings(closer, people(), 3) == [("close", "ana")]


def test_ops_2_6_the_check_finds_who_cannot_be_reached_and_who_nobody_knows() -> None:
    known = organisation_of({"people": {"ana": {"contact": "@ana"}, "bo": {"email": "bo@example.org"}}})

    assert findings(schedule(), known) == [("contact", "bo"), ("unknown", "cy")]


def test_shares_are_told_the_most_first() -> None:
    start = at("2026-05-04T09:00")

    assert shares(shifts(schedule(), start, start + 28 * D)) == {"bo": 14 * D, "cy": 7 * D, "ana": 7 * D}


def test_the_schedules_are_read_from_the_files_of_the_department() -> None:
    given = {"timezone": "Europe/Berlin", "layers": [PRIMARY], "rules": RULES, "teams": ["infra"]}
    (found,) = schedules_of({"operations/oncall/infra.yaml": given, "operations/boards/infra.yaml": {}})

    assert (found.id, found.people(), found.teams) == ("infra", ("ana", "bo", "cy"), ("infra",))
    assert (found.rules.min_gap_days, found.rules.max_share) == (7, 45)
    assert found.layers[0].weekday == 0
    assert seconds("2026-03-16T08:00:00Z") == shift_at(found, at("2026-03-17T00:00")).start


def test_a_turn_that_somebody_took_a_part_of_is_not_too_close_to_itself() -> None:
    lent = [{"person": "cy", "from": "2026-04-01T09:00", "to": "2026-04-02T09:00"}]
    one = schedule({**PRIMARY, "rotate": ["ana", "bo", "dee"]}, rules={"min_gap": "1d"}, overrides=lent)

    assert findings(one, people(dee={"phone": "1"}), 3) == []
