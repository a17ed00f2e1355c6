"""The business clock by its rules: the vectors, and what holds for every calendar."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest

from runbook.errors import Misuse, Refused
from runbook.operations.calendar import Calendar
from runbook.operations.calendars import calendar_named, calendar_of, calendars_of, weekdays
from runbook.operations.zones import database_version, is_zone, zone
from tests.operations.oracle import near_change, random_calendar
from tests.operations.vectors import ALWAYS, CALENDARS, OFFICE, VECTORS, at, berlin, hours


@pytest.mark.parametrize("case", VECTORS["add"], ids=lambda case: case["id"])
def test_rule_4_add_vector(case: dict[str, str]) -> None:
    due = CALENDARS[case["cal"]].add(at(case["start"]), hours(case["add"]))

    assert due == at(case["due"])


@pytest.mark.parametrize("case", VECTORS["elapsed"], ids=lambda case: case["id"])
def test_rule_4_elapsed_vector(case: dict[str, str]) -> None:
    assert CALENDARS[case["cal"]].elapsed(at(case["from"]), at(case["to"])) == hours(case["hours"])


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param("Thu 2 Apr 16:00", "Tue 7 Apr 17:00", id="D1-easter"),
        pytest.param("Sat 28 Mar 12:00", "Tue 31 Mar 17:00", id="D1-weekend"),
        pytest.param("Fri 27 Mar 17:30", "Tue 31 Mar 17:00", id="D1-after-closing"),
        pytest.param("Fri 27 Mar 16:59:59", "Mon 30 Mar 17:00", id="D1-just-before-closing"),
        pytest.param("Fri 27 Mar 17:00", "Tue 31 Mar 17:00", id="D1-at-closing"),
    ],
)
def test_rule_12_one_business_day(start: str, due: str) -> None:
    assert OFFICE.business_days(berlin(start), 1) == berlin(due)


def test_rule_12_no_business_days_is_the_close_of_the_day() -> None:
    assert OFFICE.business_days(berlin("Thu 2 Apr 16:00"), 0) == berlin("Thu 2 Apr 17:00")


def test_rule_12_business_day_of_a_night_shift_ends_the_next_morning() -> None:
    night = CALENDARS["night"]

    due = night.business_days(at("2026-03-28T23:00+01:00"), 1)

    assert due == at("2026-03-30T06:00+02:00")


def cases(count: int, seed: int) -> list[tuple[Calendar, int, int, int, int]]:
    """Calendars, each with three instants in order and an amount."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        given = random_calendar(chance)
        day = near_change(chance, given)
        del given["begin"]
        calendar = calendar_of("random", given)
        middle = (day.toordinal() - 719163) * 86400
        a, b, c = sorted(middle + chance.randrange(-20 * 86400, 20 * 86400) for _ in range(3))
        found.append((calendar, a, b, c, chance.randrange(1, 60 * 3600)))
    return found


def test_rule_4_elapsed_is_additive() -> None:
    for calendar, a, b, c, _ in cases(300, 1):
        assert calendar.elapsed(a, b) + calendar.elapsed(b, c) == calendar.elapsed(a, c)


def test_rule_4_add_is_the_earliest_instant_with_that_much() -> None:
    tried = 0
    for calendar, a, _, _, amount in cases(300, 2):
        if not any(calendar.weekly):
            continue
        due = calendar.add(a, amount)

        assert calendar.elapsed(a, due) == amount
        assert calendar.elapsed(a, due - 1) == amount - 1
        tried += 1
    assert tried > 200


def test_rule_4_adding_what_was_counted_never_goes_beyond() -> None:
    for calendar, a, b, _, _ in cases(300, 3):
        due = calendar.add(a, calendar.elapsed(a, b))

        assert due <= b
        assert calendar.elapsed(due, b) == 0


def test_rule_4_add_goes_on_where_it_stopped() -> None:
    for calendar, a, _, _, amount in cases(300, 4):
        if any(calendar.weekly):
            assert calendar.add(calendar.add(a, amount), 7200) == calendar.add(a, amount + 7200)


@pytest.mark.parametrize(
    "name", ["Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe", "America/Havana", "Asia/Gaza"]
)
def test_rule_3_windows_that_touch_tile_the_year(name: str) -> None:
    halves = [f"{each // 2:02}:{each % 2 * 30:02}" for each in range(48)] + ["24:00"]
    pieces = {"all": [f"{a}-{b}" for a, b in pairwise(halves)]}
    whole = calendar_of("whole", {"timezone": name, "hours": pieces})
    start, end = at("2025-12-31T12:00+00:00"), at("2028-01-01T12:00+00:00")

    assert whole.elapsed(start, end) == end - start


def test_rule_3_windows_of_two_calendars_that_touch_count_the_whole() -> None:
    day = {"timezone": "Europe/Berlin", "hours": {"all": ["06:00-22:00"]}}
    night = CALENDARS["night"]
    start, end = at("2026-01-01T00:00+00:00"), at("2027-01-01T00:00+00:00")

    assert calendar_of("day", day).elapsed(start, end) + night.elapsed(start, end) == end - start


def test_rule_2_windows_that_overlap_are_one_also_over_midnight_and_new_year() -> None:
    calendar = calendar_of("late", {"timezone": "UTC", "hours": {"all": ["22:00-06:00", "05:00-09:00", "08:00-08:30"]}})

    assert calendar.elapsed(at("2026-12-31T12:00+00:00"), at("2027-01-01T12:00+00:00")) == 11 * 3600


def test_rule_2_exception_takes_the_place_of_a_holiday() -> None:
    calendar = calendar_of(
        "odd",
        {
            "timezone": "UTC",
            "hours": {"all": ["00:00-24:00"]},
            "holidays": ["2026-04-03", "2026-04-04"],
            "exceptions": {"2026-04-03": ["10:00-11:00"], "2026-04-05": []},
        },
    )

    assert calendar.elapsed(at("2026-04-03T00:00+00:00"), at("2026-04-06T00:00+00:00")) == 3600


def test_rule_2_public_holidays_and_own_ones_are_both_days_off() -> None:
    given: dict[str, Any] = {
        "timezone": "UTC",
        "hours": {"all": ["00:00-24:00"]},
        "holidays": ["2026-04-07"],
        "public_holidays": {"region": "DE", "days": {"2026-04-06": "Ostermontag"}},
    }
    calendar = calendar_of("both", given)

    assert calendar.elapsed(at("2026-04-06T00:00+00:00"), at("2026-04-08T00:00+00:00")) == 0
    assert calendar.holidays["2026-04-06"] == "Ostermontag"


def test_calendar_that_never_opens_refuses_to_add() -> None:
    closed = calendar_of("closed", {"timezone": "UTC", "hours": {}})

    with pytest.raises(Refused, match="never has that much open time"):
        closed.add(0, 1)
    with pytest.raises(Refused, match="never has that many working days"):
        closed.business_days(0, 1)
    assert closed.add(5, 0) == 5
    assert not closed.ever_open


def test_spans_tile_the_range_and_say_why_it_is_closed() -> None:
    start, end = berlin("Thu 2 Apr 16:00"), berlin("Tue 7 Apr 10:00")

    spans = OFFICE.spans(start, end)

    assert [(each.end - each.start, each.open, each.reason) for each in spans] == [
        (3600, True, ""),
        (7 * 3600, False, "outside hours"),
        (24 * 3600, False, "holiday: Karfreitag"),
        (24 * 3600, False, "no hours on Saturdays"),
        (24 * 3600, False, "no hours on Sundays"),
        (24 * 3600, False, "holiday: Ostermontag"),
        (9 * 3600, False, "outside hours"),
        (3600, True, ""),
    ]


def test_spans_have_no_gap_and_sum_up_to_what_is_counted() -> None:
    for calendar, a, _, c, _ in cases(150, 5):
        spans = calendar.spans(a, c)

        assert [each.start for each in spans] == [a, *(each.end for each in spans[:-1])]
        assert spans[-1].end == c
        assert sum(each.end - each.start for each in spans if each.open) == calendar.elapsed(a, c)
        assert all(each.reason for each in spans if not each.open)


def test_next_open_is_the_first_second_that_counts() -> None:
    friday = berlin("Fri 27 Mar 17:00")

    assert OFFICE.next_open(friday) == berlin("Mon 30 Mar 09:00")
    assert OFFICE.next_open(friday - 1) == friday - 1
    assert ALWAYS.next_open(friday) == friday


@pytest.mark.parametrize(
    ("text", "days"),
    [("all", [0, 1, 2, 3, 4, 5, 6]), ("mon-fri", [0, 1, 2, 3, 4]), ("sat-mon", [5, 6, 0]), ("wed", [2])],
)
def test_days_of_the_week(text: str, days: list[int]) -> None:
    assert weekdays(text) == days


@pytest.mark.parametrize(
    "name", ["Europe/Berlim", "../../etc/passwd", "zone.tab", "", "Europe", "/etc/passwd", "tzdata.zi"]
)
def test_zone_that_is_none_is_refused(name: str) -> None:
    assert not is_zone(name)


def test_zones_come_from_the_installed_database() -> None:
    assert zone("Europe/Berlin") is zone("Europe/Berlin")
    assert database_version().startswith("20")


def test_shipped_calendars_are_there_until_they_are_written() -> None:
    shipped = calendars_of({})
    written = calendars_of({"operations/calendars/office.yaml": {"timezone": "Asia/Tokyo", "hours": {"all": []}}})

    assert sorted(shipped) == ["always", "office"]
    assert written["office"].timezone == "Asia/Tokyo"
    with pytest.raises(Misuse, match="no calendar `night`"):
        calendar_named(shipped, "night")
