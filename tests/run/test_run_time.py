"""Waits, deadlines and signals, on the story's clock."""

from __future__ import annotations

import pytest

from runbook.errors import Conflict
from runbook.run.events import OPENS_ATTEMPT, due_of


@pytest.mark.parametrize(
    ("wait", "early", "rest"),
    [("10m", "599s", "1s"), ("{for: 10m}", "599s", "1s"), ("{until: '2026-11-22T10:30:00+01:00'}", "89m", "1m")],
)
def test_a_wait_is_over_at_its_time_and_not_before(tell, wait, early, rest):
    story = tell(f"- {{id: w, wait: {wait}}}\n- {{id: m, manual: M}}").start()

    story.wait(early)
    assert story.statuses["w"] == "waiting"
    story.wait(rest)

    assert story.statuses == {"w": "succeeded", "m": "waiting"}


def test_a_wait_until_a_time_that_is_past_is_over_at_once(tell):
    story = tell("- {id: w, wait: {until: '2020-01-01'}}").start()

    story.wait("0s")

    assert story.status == "succeeded"


@pytest.mark.parametrize("time", ["soon", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+14:00", ""])
def test_a_time_that_is_none_fails_the_step(tell, time):
    story = tell("inputs: {time: {}}\nsteps:\n- {id: w, wait: {until: '{{ inputs.time }}'}}").start(time=time)

    assert story.state.reason == f"step `w` failed: `{time}` is not a time"


def test_waits_that_are_due_together_happen_in_the_order_of_their_times(tell):
    story = tell(
        "- {id: b, needs: [], wait: 2m}\n- {id: a, needs: [], wait: 1m}\n- {id: c, needs: [a], wait: 30s}"
    ).start()

    story.wait("1h")
    story.wait("1h")

    ended = [word for word in story.trace if word.startswith("StepSucceeded")]
    assert ended == ["StepSucceeded a", "StepSucceeded b", "StepSucceeded c"]


# -- deadlines ----------------------------------------------------------------------------------------

APPROVAL = """
roles: {op: {}, boss: {}}
steps:
- {id: ok, approval: {role: boss, quorum: 2, deadline: 4h}}
- {id: m, manual: M}
"""


def test_a_deadline_refuses(tell):
    story = tell(APPROVAL).start()
    story.approve("ok", "bob")

    story.wait("4h")

    assert story.statuses == {"ok": "failed", "m": "cancelled"}
    assert story.state.reason == "step `ok` failed: nobody decided before the deadline"


def test_an_answer_at_the_deadline_or_after_it_does_not_count(tell):
    story = tell(APPROVAL).start()
    story.approve("ok", "bob")
    story.now = "2026-11-22T12:00:00.000Z"

    with pytest.raises(Conflict):
        story.approve("ok", "cy")

    story.wait("0s")
    assert story.statuses["ok"] == "failed"


def test_an_answer_before_the_deadline_is_not_wiped_by_it(tell):
    story = tell(APPROVAL).start()
    story.approve("ok", "bob")
    story.wait("14399s")
    story.approve("ok", "cy")

    story.wait("2d")

    assert story.statuses == {"ok": "succeeded", "m": "waiting"}
    assert story.state.steps["ok"].outputs == {"approved": True, "by": ["bob", "cy"]}


def test_a_clock_that_jumps_back_brings_nothing_forward_and_loses_nothing(tell):
    story = tell("- {id: w, wait: 10m}\n- {id: m, manual: M}").start()

    story.now = "2026-11-21T00:00:00.000Z"
    story.ask()
    assert story.statuses["w"] == "waiting"
    story.now = "2026-11-22T08:10:00.000Z"
    story.ask()

    assert story.statuses["w"] == "succeeded"


# -- signals ------------------------------------------------------------------------------------------

SIGNALS = "- {id: m, manual: M}\n- {id: a, wait: {signal: go}}\n- {id: b, wait: {signal: go}}"


def test_a_signal_ends_the_wait_for_it(tell):
    story = tell(SIGNALS).start()
    story.answer("m")

    story.signal("stop")
    assert story.statuses["a"] == "waiting"
    story.signal("go")

    assert story.statuses == {"m": "succeeded", "a": "succeeded", "b": "waiting"}


def test_an_early_signal_is_kept_and_used_once(tell):
    story = tell(SIGNALS).start()
    story.signal("go")

    story.answer("m")

    assert story.statuses == {"m": "succeeded", "a": "succeeded", "b": "waiting"}


def test_two_early_signals_end_two_waits(tell):
    story = tell(SIGNALS).start()
    story.signal("go")
    story.signal("go")

    story.answer("m")

    assert story.status == "succeeded"


def test_one_signal_ends_one_of_two_waits_side_by_side(tell):
    story = tell("- {id: a, needs: [], wait: {signal: go}}\n- {id: b, needs: [], wait: {signal: go}}").start()

    story.signal("go")

    assert story.statuses == {"a": "succeeded", "b": "waiting"}
    story.signal("go")
    assert story.status == "succeeded"


def test_a_signal_reaches_into_a_child(tell):
    story = tell("- {id: p, process: g/child}", child="- {id: w, wait: {signal: go}}").start()

    story.signal("go")

    assert story.status == "succeeded"


def test_a_wait_for_a_signal_that_was_skipped_leaves_the_signal_to_others(tell):
    story = tell("- {id: a, wait: {signal: go}}\n- {id: m, manual: M}\n- {id: b, wait: {signal: go}}").start()
    story.answer("a", "skipped", reason="no need")
    story.signal("go")

    story.answer("m")

    assert story.status == "succeeded"


def test_whatever_goes_on_within_a_step_says_again_when_it_becomes_overdue(tell):
    story = tell("""
steps:
  - {id: each, foreach: {items: [1, 2]}, due: {after: 10m}, command: [x]}
""").start()

    story.claim()
    due = story.state.steps["each"].overdue_at
    opened = [each.event for each in story.events if each.event.step == "each" and each.event.type in OPENS_ATTEMPT]
    assert {each.type for each in opened} >= {"StepStarted", "TurnStarted"}
    assert due
    assert {due_of(each.data) for each in opened} == {due}
