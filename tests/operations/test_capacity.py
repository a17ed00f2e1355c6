"""Capacity: the vectors of OPS 2.6, leave, and what to commit to."""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from runbook.operations.capacity import (
    PATH,
    Capacity,
    Week,
    capacity,
    capacity_of,
    commitment,
    is_planned,
    leave_of,
    measured_drag,
)
from runbook.organisation import organisation_of

H = 3600
DAYS = ((6.5, 1.5), (2, 6), (0, 8), (5, 3), (2.5, 5.5))
OFFICE = [(day * 24 * H + 9 * H, day * 24 * H + 17 * H) for day in range(5)]


def week(days: tuple[tuple[float, float], ...] = DAYS, **more: int) -> Week:
    planned, reactive = (sum(Fraction(each[side]) * H for each in days) for side in (0, 1))
    return Week(planned, reactive, **more)  # type: ignore[arg-type]


def test_ops_2_6_the_week_of_the_vector_was_a_good_one() -> None:
    found = week(committed=5, completed=4)

    assert (found.planned / H, found.days(), found.reactive_share, found.met()) == (16, 2.0, 0.6, True)
    assert found.completion == 0.8


def test_ops_2_6_a_little_less_is_no_good_week() -> None:
    assert not week(((15.9, 24.1),)).met()
    assert week(((15.9, 24.1),)).met(Capacity(target_days=1.5))
    assert week(people=2).days() == 1.0
    assert week(()).reactive_share == 0.0
    assert week().completion is None


def test_ops_2_6_the_commitment_is_what_was_kept_in_85_percent_of_the_weeks() -> None:
    days = (2.0, 1.5, 2.5, 3.0, 1.0, 2.0, 2.5, 1.8)

    assert commitment(days) == 1.5
    assert commitment(days[:7]) is None
    assert commitment(days, Capacity(commit_percentile=50)) == 2.0


def test_ops_2_6_capacity_is_allocation_times_open_hours_without_leave() -> None:
    wednesday = [(2 * 24 * H, 3 * 24 * H)]

    assert capacity(OFFICE) == 40 * H
    assert capacity(OFFICE, wednesday) == 32 * H
    assert capacity(OFFICE, wednesday, 80) == Fraction(80, 100) * 32 * H
    assert capacity(OFFICE, OFFICE) == 0


def test_ops_2_6_being_on_call_takes_its_share_of_the_open_hours_in_it() -> None:
    monday_and_tuesday = [(0, 2 * 24 * H)]

    assert capacity(OFFICE, on_call=monday_and_tuesday) == 40 * H, "nothing unless it is said or measured"
    assert capacity(OFFICE, on_call=monday_and_tuesday, drag=25) == 36 * H


def test_ops_2_6_what_being_on_call_takes_is_measured_once_enough_weeks_are_known() -> None:
    on, off = (True, Fraction(20 * H), Fraction(40 * H)), (False, Fraction(10 * H), Fraction(40 * H))

    assert measured_drag([on, off] * 4) == 25
    assert measured_drag([on, off] * 3) is None
    assert measured_drag([(True, *off[1:]), (False, *on[1:])] * 4) == 0


def test_a_leave_is_whole_days_where_the_person_is() -> None:
    person = organisation_of({"people": {"ana": {"leave": [{"from": "2026-03-28", "to": "2026-03-29"}]}}}).people["ana"]
    ((start, end),) = leave_of(person, ZoneInfo("Europe/Berlin"))

    assert end - start == 47 * H


@pytest.mark.parametrize(
    ("given", "planned"),
    [
        (("standard", True), True),
        (("standard", False), False),
        (("standard", False, True), True),
        (("expedite", True), False),
        (("expedite", False, True), False),
    ],
)
def test_ops_2_6_planned_is_what_is_in_the_plan_or_a_duty_on_time_and_nothing_expedited(
    given: tuple[str, bool], planned: bool
) -> None:
    assert is_planned(*given) is planned


def test_the_file_says_what_is_expected() -> None:
    given = {"planned_days_target": 3, "daily_hours": 7.5, "oncall_drag": "10%", "rates": {"engineer": 80}}
    found = capacity_of({PATH: given})

    assert (found.target_days, found.daily_hours, found.oncall_drag, found.rates) == (3, 7.5, 10, {"engineer": 80})
    assert capacity_of({}) == Capacity()
    assert week().days(found) == pytest.approx(16 / 7.5)
