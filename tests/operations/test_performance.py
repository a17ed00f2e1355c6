"""How a process performs, of runs and work items by hand."""

from __future__ import annotations

import pytest

from runbook.operations.performance import performance_of
from tests.operations.happenings import HOUR, approval, at_work, manual, resolved, run, subject, work


def test_nothing_has_happened() -> None:
    told = performance_of(subject())

    assert (told.runs, told.items, told.hours) == (0, 0, 0)
    assert {told.completion, told.attainment, told.efficiency, told.right_first_time, told.cost} == {None}
    assert told.lead == ()


def test_ops_2_9_the_measures_of_runs() -> None:
    told = performance_of(
        subject(
            run(0, manual(minutes=30), approval(1), manual("restart", 10), hours=4),
            run(1, manual(minutes=60, by="bo"), manual(minutes=60, by="bo", again=True), hours=8, handovers=2),
            run(2, manual(how="skipped"), hours=2, departures=1),
            run(3, manual(how="failed", minutes=6), hours=2, status="failed"),
            caused={"r1": ("INC-1",)},
            rates={"kim": 100.0, "bo": 50.0, "boss": 500.0},
        )
    )

    assert (told.runs, told.completion, told.right_first_time) == (4, 0.75, 0.5)
    assert told.lead == (2 * HOUR, 8 * HOUR, 8 * HOUR)
    assert told.rework == pytest.approx(1 / 7)
    assert told.skipped == pytest.approx(1 / 7)
    assert (told.deviations, told.handoffs, told.change_failures) == (0.25, 0.5, 0.25)
    assert told.approval_wait == pytest.approx(1 / 16)
    assert told.hours == pytest.approx(0.5 + 10 / 60 + 2 + 0.1)
    assert told.cost == pytest.approx((0.5 + 10 / 60 + 0.1) * 100 + 2 * 50)
    assert told.concentration == ("kim", 0.75)


def test_ops_2_9_the_measures_of_a_step() -> None:
    told = performance_of(
        subject(
            run(0, manual(minutes=10, offered=60.0, comments=("a", "b"))),
            run(1, manual(minutes=30, offered=600.0, retries=2)),
            run(2, manual(minutes=20, by="bo"), manual(how="failed", again=True)),
            run(3, manual(how="skipped")),
        )
    )
    (drain,) = told.steps

    assert (drain.step, drain.times, drain.failures, drain.retries, drain.redone, drain.skipped) == (
        "drain", 5, 1, 2, 1, 1,
    )  # fmt: skip
    assert drain.wait == (60.0, 600.0)
    assert drain.touch == (20 * 60, 30 * 60)
    assert drain.comments == 0.5
    assert drain.who == (("kim", 4), ("bo", 1))


def test_ops_2_9_the_measures_of_items() -> None:
    wait = {"reason": "waiting_requester", "party": "olga", "resume_by": "2027-01-01T00:00:00.000Z"}
    supplier = {"reason": "supplier"}
    works = (
        work(1, *at_work(2), resolved(12), opened=5, touched=4),
        work(
            2, *at_work(0), (5, "ItemWaiting", wait), (10, "ItemResumed", {}), (11, "ItemBlocked", supplier),
            (13, "ItemUnblocked", {}), (14, "ItemHandedOver", {"to": "bo", "note": "n"}), resolved(100), opened=6,
            touched=1, kind="request",
        ),
    )  # fmt: skip
    told = performance_of(subject(works=works, rates={"ana": 10.0}))

    assert told.items == 2
    assert told.attainment == 0.5
    assert told.lead == (12 * HOUR, 100 * HOUR, 100 * HOUR)
    assert told.cycle == (10 * HOUR, 100 * HOUR, 100 * HOUR)
    assert told.efficiency == pytest.approx(5 / 110)
    assert told.pauses == {"olga": pytest.approx(5 / 112)}
    assert told.blocked == {"supplier": 2 * HOUR}
    assert told.handoffs == 0.5
    assert told.failure_demand == 0.8
    assert (told.hours, told.cost) == (5.0, 50.0)


def test_a_run_that_handles_an_item_is_not_counted_again_and_a_reopening_spoils_it() -> None:
    linked = (0.0, "ItemLinked", {"run": "r0", "relation": "handles"})
    reopened = (10.0, "ItemReopened", {"reason": "not done"})
    works = (work(1, linked, *at_work(1), resolved(5), reopened, opened=5, touched=2),)

    told = performance_of(subject(run(0, manual()), works=works))

    assert told.hours == 2.0
    assert told.right_first_time == 0.0


def test_a_reopening_after_two_weeks_does_not() -> None:
    linked = (0.0, "ItemLinked", {"run": "r0", "relation": "handles"})
    works = (work(1, linked, resolved(5), (5 + 15 * 24, "ItemReopened", {"reason": "again"}), opened=20),)

    assert performance_of(subject(run(0, manual()), works=works)).right_first_time == 1.0


def test_without_a_rate_there_are_hours_and_no_cost() -> None:
    told = performance_of(subject(run(0, manual(minutes=60)), rates={"bo": 1.0}))

    assert (told.hours, told.cost) == (1.0, None)


def test_days_since_the_change_and_the_review() -> None:
    told = performance_of(subject(changed="2026-11-02", review_due="2026-12-02"))

    assert (told.since_change, told.since_review) == (20, -10)
