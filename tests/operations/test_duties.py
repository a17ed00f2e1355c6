"""Recurring work is due at the instants of its schedule, opened once, and never forgotten."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest

from runbook.errors import ExpressionError
from runbook.listing import Trigger
from runbook.operations.duties import Deed, Duty, Plan, State, occurrences, overdue, plan_of
from runbook.operations.schedule import MOST, instants, next_instant, wrong_with

BERLIN = ZoneInfo("Europe/Berlin")
MONDAYS = Trigger("0 9 * * 1", "Europe/Berlin")


def at(text: str) -> int:
    """The second of a time in Berlin, or of one with its own offset."""
    time = datetime.datetime.fromisoformat(text)
    return int((time if time.tzinfo else time.replace(tzinfo=BERLIN)).timestamp())


def local(second: int) -> str:
    """A second as a clock in Berlin shows it."""
    return datetime.datetime.fromtimestamp(second, BERLIN).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("cron", "after", "until", "expected"),
    [
        ("30 2 * * *", "2026-10-24T12:00", "2026-10-26T12:00", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
        ("30 2 * * *", "2026-03-28T12:00", "2026-03-30T12:00", ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]),
        ("30 2 * * *", "2026-10-25T02:10+01:00", "2026-10-26T12:00", ["2026-10-26T02:30+01:00"]),
        ("0 9 * * 1#1", "2026-10-01T00:00", "2026-12-31T00:00", [
            "2026-10-05T09:00+02:00", "2026-11-02T09:00+01:00", "2026-12-07T09:00+01:00",
        ]),
        ("0 9 LW * *", "2026-05-01T00:00", "2026-06-01T00:00", ["2026-05-29T09:00+02:00"]),
        ("0 9 * * 1", "2026-11-02T09:00", "2026-11-09T09:00", ["2026-11-09T09:00+01:00"]),
    ],
    ids=["autumn-once", "spring-after-the-leap", "inside-the-second-hour", "first-monday", "last-weekday", "bounds"],
)  # fmt: skip
def test_instants_of_a_schedule_in_its_zone(cron: str, after: str, until: str, expected: list[str]) -> None:
    found = instants(Trigger(cron, "Europe/Berlin"), at(after), at(until))

    assert [local(each) for each in found] == expected


def test_a_schedule_of_every_minute_is_looked_at_no_further_than_needed() -> None:
    found = instants(Trigger("* * * * *"), at("2016-01-01T00:00"), at("2026-01-01T00:00"))

    assert len(found) == MOST
    assert local(found[-1]) == "2026-01-01T00:00+01:00"


@pytest.mark.parametrize(
    ("cron", "zone", "wrong"),
    [
        ("0 9 * *", "UTC", "`0 9 * *` is not a schedule: wrong number of fields"),
        ("0 9 31 2 *", "UTC", "`0 9 31 2 *` is not a schedule: bad day-of-month"),
        ("0 9 * * 1", "Europe/Berlino", "there is no time zone `Europe/Berlino`"),
        ("0 9 * * 1", "../../etc/passwd", "there is no time zone `../../etc/passwd`"),
        ("0 9 * * 1", "Europe", "there is no time zone `Europe`"),
        ("0 9 * * 1", "zone.tab", "there is no time zone `zone.tab`"),
        ("0 9 29 2 1#5", "UTC", ""),
        ("0 " * 200, "UTC", "the schedule is too long"),
        ("0 9 * * 1", "Europe/Berlin", ""),
    ],
)
def test_what_is_no_schedule_is_told(cron: str, zone: str, wrong: str) -> None:
    found = wrong_with(Trigger(cron, zone))

    assert (found[1] if found else "") == wrong


def test_a_bad_schedule_is_an_error_with_help() -> None:
    with pytest.raises(ExpressionError, match="is not a schedule"):
        next_instant(Trigger("every monday"), 0)


def told(duty: Duty, now: str, since: str = "2026-01-01T00:00") -> list[tuple[str, str, str]]:
    """Each occurrence as (day, state, by what)."""
    found = occurrences(duty, at(since), at(now))
    return [(local(each.instant)[:10], each.state.value, each.ref) for each in found]


def test_a_duty_of_which_nothing_is_known_is_due_since_its_newest_instant_and_was_never_missed_before() -> None:
    assert told(Duty("backup/drill", MONDAYS), "2026-11-11T12:00") == [
        ("2026-11-09", "due", ""),
        ("2026-11-16", "upcoming", ""),
    ]


def test_runs_and_items_make_an_occurrence_done_late_open_or_missed() -> None:
    deeds = (
        Deed("run-1", at("2026-10-05T10:00"), at("2026-10-05T11:00"), done=True),
        Deed("DTY-2", at("2026-10-12T09:00"), at("2026-10-20T11:00"), done=True, instant=at("2026-10-12T09:00")),
        Deed("run-3", at("2026-10-26T10:00"), at("2026-10-26T10:10")),
        Deed("DTY-4", at("2026-11-02T09:00"), at("2026-11-02T12:00"), instant=at("2026-11-02T09:00")),
        Deed("DTY-5", at("2026-11-09T09:00"), instant=at("2026-11-09T09:00")),
    )

    assert told(Duty("backup/drill", MONDAYS, deeds), "2026-11-11T12:00") == [
        ("2026-10-05", "done", "run-1"),
        ("2026-10-12", "done late", "DTY-2"),
        ("2026-10-19", "missed", ""),
        ("2026-10-26", "missed", "run-3"),
        ("2026-11-02", "missed", "DTY-4"),
        ("2026-11-09", "open", "DTY-5"),
        ("2026-11-16", "upcoming", ""),
    ]


def test_what_is_open_when_the_next_one_is_due_is_overdue() -> None:
    duty = Duty("g/p", MONDAYS, (Deed("DTY-1", at("2026-11-02T09:00"), instant=at("2026-11-02T09:00")),))
    found = occurrences(duty, at("2026-11-01T00:00"), at("2026-11-11T12:00"))

    assert [each.key for each in overdue(found, at("2026-11-11T12:00"))] == ["g/p@2026-11-02T08:00:00.000Z"]


def days(plan: Plan) -> tuple[list[str], list[str]]:
    """What is opened and what is noted as missed, by day."""
    return [local(each.instant)[:10] for each in plan.open], [local(each.instant)[:10] for each in plan.missed]


FIRST = Deed("DTY-1", at("2026-10-12T09:00"), at("2026-10-12T10:00"), done=True, instant=at("2026-10-12T09:00"))


@pytest.mark.parametrize(
    ("missed", "now", "opened", "noted"),
    [
        ("skip", "2026-11-02T09:30", ["2026-11-02"], ["2026-10-19", "2026-10-26"]),
        ("skip", "2026-11-02T12:00", [], ["2026-10-19", "2026-10-26", "2026-11-02"]),
        ("run_once", "2026-11-02T09:30", ["2026-11-02"], ["2026-10-19", "2026-10-26"]),
        ("run_once", "2026-11-02T12:00", ["2026-11-02"], ["2026-10-19", "2026-10-26"]),
        ("run_all", "2026-11-02T12:00", ["2026-10-19", "2026-10-26", "2026-11-02"], []),
    ],
)
def test_instants_that_passed_while_nobody_looked(missed: str, now: str, opened: list[str], noted: list[str]) -> None:
    duty = Duty("g/p", Trigger("0 9 * * 1", "Europe/Berlin", missed), (FIRST,))

    assert days(plan_of(duty, at(now))) == (opened, noted)


@pytest.mark.parametrize("missed", ["skip", "run_once", "run_all"])
@pytest.mark.parametrize("late", ["no_impact", "delay_next"])
def test_what_was_opened_or_noted_is_not_opened_again(missed: str, late: str) -> None:
    trigger = Trigger("0 9 * * 1", "Europe/Berlin", missed, late)
    now = at("2026-11-02T09:30")
    deeds: list[Deed] = [FIRST]
    for each in plan_of(Duty("g/p", trigger, tuple(deeds)), now).open:
        deeds.append(Deed("DTY-9", now, instant=each.instant))
    for each in plan_of(Duty("g/p", trigger, (FIRST,)), now).missed:
        deeds.append(Deed("", now, now, instant=each.instant, dropped=True))

    assert plan_of(Duty("g/p", trigger, tuple(deeds)), now) == Plan()


def test_an_open_one_delays_the_next_until_it_is_done() -> None:
    trigger = Trigger("0 9 * * 1", "Europe/Berlin", "run_once", "delay_next")
    still = Deed("DTY-1", at("2026-10-12T09:00"), instant=at("2026-10-12T09:00"))
    done = Deed("DTY-1", at("2026-10-12T09:00"), at("2026-10-27T10:00"), done=True, instant=at("2026-10-12T09:00"))

    assert told(Duty("g/p", trigger, (still,)), "2026-10-27T09:00") == [
        ("2026-10-12", "open", "DTY-1"),
        ("2026-10-19", "held back", ""),
        ("2026-10-26", "held back", ""),
        ("2026-11-02", "held back", ""),
    ]
    assert plan_of(Duty("g/p", trigger, (still,)), at("2026-10-27T09:00")) == Plan()
    assert days(plan_of(Duty("g/p", trigger, (done,)), at("2026-10-27T11:00"))) == (["2026-10-26"], ["2026-10-19"])


def test_an_open_one_has_no_impact_on_the_next_where_its_author_says_so() -> None:
    trigger = Trigger("0 9 * * 1", "Europe/Berlin", "run_once", "no_impact")
    still = Deed("DTY-1", at("2026-10-12T09:00"), instant=at("2026-10-12T09:00"))

    assert days(plan_of(Duty("g/p", trigger, (still,)), at("2026-10-19T09:05"))) == (["2026-10-19"], [])


def test_all_of_them_one_after_the_other_when_each_delays_the_next() -> None:
    trigger = Trigger("0 9 * * 1", "Europe/Berlin", "run_all", "delay_next")

    assert days(plan_of(Duty("g/p", trigger, (FIRST,)), at("2026-11-02T12:00"))) == (["2026-10-19"], [])


def test_a_run_that_somebody_began_by_themselves_counts_for_the_instant_before_it() -> None:
    run = Deed("run-1", at("2026-11-04T10:00"), at("2026-11-04T11:00"), done=True)

    assert plan_of(Duty("g/p", MONDAYS, (run,)), at("2026-11-05T12:00")) == Plan()
    assert [
        each.state for each in occurrences(Duty("g/p", MONDAYS, (run,)), at("2026-11-01T00:00"), at("2026-11-05T12:00"))
    ] == [
        State.DONE,
        State.UPCOMING,
    ]
