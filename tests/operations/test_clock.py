"""Clocks by their rules: the worked examples, each under its id, and what else the rules promise."""

from __future__ import annotations

import random

import pytest

from runbook.operations.clock import Clock, Mark, State, What, run_clock
from runbook.operations.cycle import Goal, as_target
from tests.operations.vectors import ALWAYS, OFFICE, berlin

H = 3600
OFFICE_8H = Goal(OFFICE, 8 * H)
MODERATE = Goal(ALWAYS, 72 * H, severity="moderate")
CRITICAL = Goal(ALWAYS, 24 * H, severity="critical")


def start(when: str, goal: Goal | None, seq: int = 0) -> Mark:
    return Mark(berlin(when), What.START, seq, goal)


def pause(when: str, seq: int = 0, reason: str = "waiting_requester") -> Mark:
    return Mark(berlin(when), What.PAUSE, seq, reason=reason)


def resume(when: str, fold: int = 0, seq: int = 0) -> Mark:
    return Mark(berlin(when, fold), What.RESUME, seq)


def stop(when: str, seq: int = 0) -> Mark:
    return Mark(berlin(when), What.STOP, seq)


def retarget(when: str, goal: Goal | None, mode: str = "restate", floor: int = 1800) -> Mark:
    return Mark(berlin(when), What.RETARGET, goal=goal, mode=mode, floor=floor)


def clock(now: str, *marks: Mark) -> Clock:
    return run_clock("resolve", marks, berlin(now), warn_at=(50, 80))


P1 = (start("Thu 26 Mar 15:00", OFFICE_8H), pause("Fri 27 Mar 10:00"), resume("Mon 30 Mar 09:30"))


def test_p1a_running() -> None:
    found = clock("Fri 27 Mar 09:59", *P1)

    assert found.state is State.RUNNING
    assert found.elapsed == 2 * H + 59 * 60
    assert found.due == berlin("Fri 27 Mar 15:00")


def test_p1b_paused_shows_what_remains_and_no_due_date() -> None:
    found = clock("Sat 28 Mar 12:00", *P1)

    assert found.state is State.PAUSED
    assert (found.elapsed, found.remaining, found.due) == (3 * H, 5 * H, None)
    assert found.if_resumed == berlin("Mon 30 Mar 14:00")
    assert found.threshold(50) is None


def test_p1c_resumed_with_its_thresholds() -> None:
    found = clock("Mon 30 Mar 09:30", *P1)

    assert found.due == berlin("Mon 30 Mar 14:30")
    assert found.threshold(50) == berlin("Mon 30 Mar 10:30")
    assert found.threshold(80) == berlin("Mon 30 Mar 12:54")
    assert found.threshold(100) == found.due
    assert found.threshold(150) == berlin("Tue 31 Mar 10:30")
    assert [each.percent for each in found.thresholds()] == [50, 80, 100]


def test_p1d_stopped_exactly_at_the_target_is_met() -> None:
    found = clock("Wed 1 Apr 12:00", *P1, stop("Mon 30 Mar 14:30"))

    assert (found.state, found.elapsed, found.met, found.breached, found.over_by) == (
        State.STOPPED,
        8 * H,
        True,
        False,
        0,
    )


def test_rule_8_one_second_later_is_breached() -> None:
    found = clock("Wed 1 Apr 12:00", *P1, stop("Mon 30 Mar 14:30:01"))

    assert (found.met, found.breached, found.over_by) == (False, True, 1)


@pytest.mark.parametrize(("now", "breached"), [("Mon 30 Mar 14:30", False), ("Mon 30 Mar 14:30:01", True)])
def test_rule_8_breach_is_strictly_after_the_due_date(now: str, breached: bool) -> None:
    assert clock(now, *P1).breached is breached


def test_rule_8_nothing_gets_late_while_the_calendar_is_closed() -> None:
    friday = start("Fri 27 Mar 13:00", Goal(OFFICE, 4 * H))

    running = clock("Sat 28 Mar 12:00", friday)
    stopped = clock("Tue 31 Mar 12:00", friday, stop("Mon 30 Mar 09:00"))

    assert (running.due, running.breached) == (berlin("Fri 27 Mar 17:00"), False)
    assert (stopped.met, stopped.breached) == (True, False)
    assert clock("Mon 30 Mar 09:00:01", friday).breached


def test_p2_pause_over_the_change_of_clocks_is_one_hour() -> None:
    marks = (start("Sat 28 Mar 20:00", CRITICAL), pause("Sun 29 Mar 01:30"), resume("Sun 29 Mar 03:30"))

    assert clock("Sun 29 Mar 04:00", *marks).due == berlin("Sun 29 Mar 22:00")


def test_p3_pause_outside_hours_costs_nothing() -> None:
    marks = (start("Mon 30 Mar 10:00", OFFICE_8H), pause("Mon 30 Mar 18:00"), resume("Tue 31 Mar 08:00"))

    assert clock("Tue 31 Mar 09:00", *marks).due == berlin("Tue 31 Mar 10:00")


R1 = (start("Mon 30 Mar 09:00", MODERATE), pause("Mon 30 Mar 10:00"), resume("Mon 30 Mar 12:00"))


def test_r1_restate_counts_the_history_with_its_pauses() -> None:
    before = clock("Mon 30 Mar 13:59", *R1)
    after = clock("Mon 30 Mar 14:00", *R1, retarget("Mon 30 Mar 14:00", CRITICAL))

    assert before.due == berlin("Thu 2 Apr 11:00")
    assert (after.elapsed, after.due, after.floored) == (3 * H, berlin("Tue 31 Mar 11:00"), False)


R2 = start("Fri 27 Mar 09:00", MODERATE)


def test_r2_restate_that_would_be_late_gets_the_floor() -> None:
    found = clock("Sat 28 Mar 15:00", R2, retarget("Sat 28 Mar 15:00", CRITICAL))

    assert (found.due, found.floored, found.breached) == (berlin("Sat 28 Mar 15:30"), True, False)
    assert found.cycle is not None
    assert found.cycle.floored_due == found.due
    assert clock("Sat 28 Mar 15:30:01", R2, retarget("Sat 28 Mar 15:00", CRITICAL)).breached


def test_r2_restart_begins_a_new_cycle() -> None:
    found = clock("Sat 28 Mar 15:00", R2, retarget("Sat 28 Mar 15:00", CRITICAL, "restart"))

    assert found.due == berlin("Sun 29 Mar 16:00")
    assert [cycle.number for cycle in found.cycles] == [1, 2]


def test_r2_keep_changes_nothing() -> None:
    found = clock("Sat 28 Mar 15:00", R2, retarget("Sat 28 Mar 15:00", CRITICAL, "keep"))

    assert found.due == berlin("Mon 30 Mar 10:00")


def test_rule_10_floor_while_paused_is_left_when_it_is_resumed() -> None:
    marks = (R2, pause("Sat 28 Mar 10:00"), retarget("Sat 28 Mar 15:00", CRITICAL))

    paused = clock("Sat 28 Mar 16:00", *marks)
    resumed = clock("Sat 28 Mar 18:00", *marks, resume("Sat 28 Mar 18:00"))

    assert (paused.remaining, paused.due) == (1800, None)
    assert resumed.due == berlin("Sat 28 Mar 18:30")


def test_rule_10_same_target_under_another_name_wins_no_time() -> None:
    late = retarget("Sat 28 Mar 15:00", Goal(ALWAYS, 24 * H, severity="urgent"))

    found = clock("Sat 28 Mar 15:01", start("Fri 27 Mar 09:00", CRITICAL), late)

    assert (found.breached, found.floored) == (True, False)


def test_rule_8_easier_target_does_not_undo_a_breach() -> None:
    marks = (start("Fri 27 Mar 09:00", CRITICAL), retarget("Sat 28 Mar 15:00", MODERATE))

    found = clock("Sat 28 Mar 16:00", *marks, stop("Sat 28 Mar 15:30"))

    assert (found.breached, found.met, found.over_by) == (True, False, 6 * H)


def test_rule_10_restart_while_paused_stays_paused() -> None:
    marks = (R2, pause("Sat 28 Mar 10:00"), retarget("Sat 28 Mar 15:00", CRITICAL, "restart"))

    found = clock("Sat 28 Mar 16:00", *marks)

    assert (found.state, found.remaining) == (State.PAUSED, 24 * H)


O1 = (
    start("Mon 30 Mar 09:00", OFFICE_8H),
    stop("Mon 30 Mar 12:00"),
)


def test_o1_reopened_goes_on_without_the_time_between() -> None:
    found = clock("Tue 31 Mar 10:00", *O1, Mark(berlin("Tue 31 Mar 09:00"), What.REOPEN, mode="continue"))

    assert (found.elapsed, found.due) == (4 * H, berlin("Tue 31 Mar 14:00"))
    assert [verdict.met for verdict in found.verdicts] == [True]


def test_rule_11_reopened_with_a_new_cycle_has_the_whole_target_and_the_first_verdict() -> None:
    again = Mark(berlin("Tue 31 Mar 09:00"), What.REOPEN, goal=OFFICE_8H, mode="new_cycle")

    found = clock("Tue 31 Mar 10:00", *O1, again)

    assert (found.elapsed, found.due, len(found.cycles)) == (H, berlin("Tue 31 Mar 17:00"), 2)
    assert [verdict.met for verdict in found.verdicts] == [True]


def test_rule_11_breach_before_a_reopening_stays() -> None:
    marks = (start("Mon 30 Mar 09:00", Goal(OFFICE, H)), stop("Mon 30 Mar 12:00"))
    again = Mark(berlin("Tue 31 Mar 09:00"), What.REOPEN, mode="continue")

    found = clock("Tue 31 Mar 10:00", *marks, again)

    assert (found.breached, found.over_by) == (True, 3 * H)


@pytest.mark.parametrize(
    ("goal", "due"),
    [
        pytest.param(CRITICAL, "Sat 28 Mar 18:00", id="T1-always"),
        pytest.param(Goal(OFFICE, 24 * H), "Wed 1 Apr 17:00", id="T1-office"),
        pytest.param(MODERATE, "Mon 30 Mar 19:00", id="T2-always"),
        pytest.param(Goal(OFFICE, 72 * H), "Mon 13 Apr 17:00", id="T2-office"),
    ],
)
def test_t1_and_t2_opened_friday_evening(goal: Goal, due: str) -> None:
    assert clock("Fri 27 Mar 18:00", start("Fri 27 Mar 18:00", goal)).due == berlin(due)


@pytest.mark.parametrize(
    ("when", "goal", "expected"),
    [
        pytest.param(
            "Sat 28 Mar 14:00",
            CRITICAL,
            ["Sun 29 Mar 03:00", "Sun 29 Mar 10:12", "Sun 29 Mar 15:00", "Mon 30 Mar 03:00"],
            id="W1",
        ),
        pytest.param(
            "Wed 1 Apr 13:00",
            Goal(OFFICE, 24 * H),
            ["Thu 2 Apr 17:00", "Tue 7 Apr 16:12", "Wed 8 Apr 13:00", "Thu 9 Apr 17:00"],
            id="W2",
        ),
    ],
)
def test_rule_9_thresholds(when: str, goal: Goal, expected: list[str]) -> None:
    found = clock(when, start(when, goal))

    assert [found.threshold(percent) for percent in (50, 80, 100, 150)] == [berlin(each) for each in expected]


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ("Thu 2 Apr 16:00", "Tue 7 Apr 17:00"),
        ("Sat 28 Mar 12:00", "Tue 31 Mar 17:00"),
        ("Fri 27 Mar 17:30", "Tue 31 Mar 17:00"),
    ],
)
def test_d1_one_business_day_is_not_moved_by_a_pause(when: str, due: str) -> None:
    goal = Goal(OFFICE, business_days=1)
    running = clock(when, start(when, goal))
    paused = run_clock("resolve", [start(when, goal), Mark(berlin(when) + 60, What.PAUSE)], berlin(when) + 7200)

    assert running.due == berlin(due)
    assert paused.due == berlin(due)
    assert goal.text == "1bd"


def test_a17_and_a18_an_hour_before_it_is_due_is_counted_by_the_calendar() -> None:
    from tests.operations.vectors import CALENDARS, at

    opened = at("2026-01-12T17:00+01:00")
    found = run_clock("resolve", [Mark(opened, What.START, goal=Goal(CALENDARS["paris"], 4 * H))], opened)

    assert found.due == at("2026-01-13T11:00+01:00")
    assert found.offset(-H) == at("2026-01-13T10:00+01:00")
    assert found.offset(2 * H) == at("2026-01-13T13:00+01:00")


def test_rule_5_of_one_event_stop_goes_before_pause_before_resume_before_start() -> None:
    begin = start("Mon 30 Mar 10:00", OFFICE_8H)

    at_once = clock("Mon 30 Mar 12:00", begin, pause("Mon 30 Mar 11:00", 7), stop("Mon 30 Mar 11:00", 7))
    both = clock("Mon 30 Mar 12:00", begin, resume("Mon 30 Mar 11:00", seq=7), pause("Mon 30 Mar 11:00", 7))
    again = clock("Mon 30 Mar 12:00", begin, start("Mon 30 Mar 11:00", OFFICE_8H, 7), stop("Mon 30 Mar 11:00", 7))

    assert at_once.state is State.STOPPED
    assert both.state is State.RUNNING
    assert (again.state, len(again.cycles)) == (State.RUNNING, 2)


def test_rule_5_events_of_one_second_go_in_the_order_of_the_journal() -> None:
    found = clock("Mon 30 Mar 12:00", start("Mon 30 Mar 11:00", OFFICE_8H, 1), stop("Mon 30 Mar 11:00", 2))

    assert (found.state, found.met, found.elapsed) == (State.STOPPED, True, 0)


def test_cancelled_clock_has_no_verdict() -> None:
    found = clock(
        "Mon 30 Mar 12:00",
        start("Mon 30 Mar 09:00", OFFICE_8H),
        Mark(berlin("Mon 30 Mar 10:00"), What.CANCEL),
    )

    assert (found.state, found.met, found.due) == (State.CANCELLED, None, None)


def test_marks_that_do_not_fit_the_state_change_nothing() -> None:
    idle = clock("Mon 30 Mar 12:00", stop("Mon 30 Mar 09:00"), pause("Mon 30 Mar 10:00"), resume("Mon 30 Mar 11:00"))

    assert (idle.state, idle.cycles, idle.due, idle.breached) == (State.IDLE, (), None, False)


def test_rule_14_commitment_is_not_moved_by_pauses() -> None:
    committed = Mark(berlin("Mon 30 Mar 10:00"), What.COMMIT, due=berlin("Thu 2 Apr 12:00"))
    marks = (start("Mon 30 Mar 09:00", OFFICE_8H), committed, pause("Mon 30 Mar 11:00"))

    paused = clock("Tue 31 Mar 12:00", *marks)
    met = clock("Thu 2 Apr 16:00", *marks, stop("Thu 2 Apr 12:00"))
    late = clock("Thu 2 Apr 16:00", *marks, stop("Thu 2 Apr 12:00:01"))

    assert (paused.due, paused.committed, paused.breached) == (berlin("Thu 2 Apr 12:00"), True, False)
    assert (met.met, late.met, late.over_by) == (True, False, 1)
    assert paused.threshold(50) == OFFICE.add(berlin("Mon 30 Mar 09:00"), 13 * H + 1800)


def test_restart_closes_a_cycle_with_its_verdict_and_begins_another() -> None:
    marks = [start("Mon 30 Mar 09:00", Goal(ALWAYS, 2 * H))]
    marks += [Mark(berlin(f"Mon 30 Mar {at}"), What.RESTART, goal=Goal(ALWAYS, 2 * H)) for at in ("10:00", "13:00")]

    found = clock("Mon 30 Mar 14:00", *marks)

    assert [verdict.met for verdict in found.verdicts] == [True, False]
    assert (found.due, found.breached) == (berlin("Mon 30 Mar 15:00"), False)


def test_clock_without_a_target_has_no_due_date_until_it_gets_one() -> None:
    begin = start("Mon 30 Mar 09:00", None)

    without = clock("Mon 30 Mar 10:00", begin)
    later = clock("Mon 30 Mar 10:00", begin, retarget("Mon 30 Mar 10:00", Goal(ALWAYS, 2 * H)))

    assert (without.due, without.remaining, without.breached, without.used) == (None, 0, False, 0.0)
    assert later.due == berlin("Mon 30 Mar 11:00")


def test_rule_16_first_update_is_not_due_before_the_first_response() -> None:
    begin, respond = start("Mon 30 Mar 09:00", Goal(ALWAYS, H)), berlin("Mon 30 Mar 13:00")

    unanswered = run_clock("update", [begin], berlin("Mon 30 Mar 09:30"), not_before=respond)
    restarted = run_clock(
        "update",
        [begin, Mark(berlin("Mon 30 Mar 12:00"), What.RESTART, goal=Goal(ALWAYS, H))],
        berlin("Mon 30 Mar 12:00"),
        not_before=respond,
        answered_at=berlin("Mon 30 Mar 11:00"),
    )

    assert unanswered.due == respond
    assert [verdict.met for verdict in restarted.verdicts] == [True]
    assert restarted.due == berlin("Mon 30 Mar 13:00")


def test_clock_at_random_agrees_with_itself() -> None:
    """Whatever happens, what is counted never goes back within a cycle, and the due date is when it is used up."""
    chance = random.Random(5)
    for _ in range(200):
        goal, at = Goal(chance.choice([OFFICE, ALWAYS]), chance.randrange(1, 60 * H)), berlin("Thu 26 Mar 12:00")
        marks = [Mark(at, What.START, goal=goal)]
        for seq in range(chance.randrange(8)):
            at += chance.randrange(20 * H)
            marks.append(
                Mark(at, chance.choice([What.PAUSE, What.RESUME, What.PAUSE, What.RESUME, What.STOP]), seq + 1)
            )
        before = 0
        for now in range(berlin("Thu 26 Mar 12:00"), at + 40 * H, 5 * H + 17):
            found = run_clock("resolve", marks, now)
            assert found.elapsed >= before
            before = found.elapsed
            assert found.breached is (found.elapsed > goal.seconds)
            if found.state is State.RUNNING and found.due is not None and found.due >= now:
                assert run_clock("resolve", [mark for mark in marks if mark.at <= now], found.due).remaining == 0
            if found.met is not None:
                assert found.met is (found.elapsed <= goal.seconds)


@pytest.mark.parametrize(
    ("seconds", "text"), [(1800, "30m"), (86400, "24h"), (5400, "1h30m"), (0, "0m"), (90, "1m30s")]
)
def test_target_as_text(seconds: int, text: str) -> None:
    assert as_target(seconds) == text
