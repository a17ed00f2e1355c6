"""What a failure does: to the steps after it, beside it, around it; retries; checks; `finally`."""

from __future__ import annotations

import pytest

from runbook.instants import between


@pytest.mark.parametrize(
    ("words", "after", "status"),
    [
        ("", "cancelled", "failed"),
        ("on_failure: stop,", "cancelled", "failed"),
        ("on_failure: continue,", "succeeded", "failed"),
        ("critical: false,", "succeeded", "succeeded with failures"),
        ("critical: false, on_failure: stop,", "cancelled", "succeeded with failures"),
    ],
)
def test_on_failure_and_critical(tell, words, after, status):
    story = tell(f"- {{id: a, {words} command: [a]}}\n- {{id: b, command: [b]}}").start()

    story.carry_out(failing=["a"])

    assert story.statuses == {"a": "failed", "b": after}
    assert story.status == status


def test_a_failed_run_names_the_step_and_the_last_line_of_its_errors(tell):
    story = tell("- {id: a, command: [a]}").start()
    story.claim()

    story.ends("a", 3, stderr="warming up\nno such disk\n\n")

    assert story.state.reason == "step `a` failed: exit code 3: no such disk"


def test_after_a_failure_nothing_new_starts_what_runs_ends_and_who_waits_is_let_go(tell):
    story = tell("""
- {id: a, needs: [], command: [a]}
- {id: b, needs: [], command: [b]}
- {id: b2, needs: [b], command: [b2]}
- {id: m, needs: [], manual: M}
- {id: s, needs: [], section: {steps: [{id: inner, manual: In}, {id: inner2, command: [x]}]}}
- {id: p, needs: [], process: g/child}
- {id: again, needs: [], command: [again], retry: {attempts: 3, delay: 1h}}
""", child="- {id: deep, manual: Deep}\n- {id: deeper, command: [x]}").start()  # fmt: skip
    story.claim()
    story.ends("again", 1)

    story.ends("a", 1)

    assert story.statuses["b"] == "running"
    assert story.status == "running"
    story.ends("b")
    assert story.status == "failed"
    assert story.statuses == {
        "a": "failed", "b": "succeeded", "b2": "cancelled", "m": "cancelled", "s": "cancelled", "inner": "cancelled",
        "inner2": "cancelled", "p": "cancelled", "p/deep": "cancelled", "p/deeper": "cancelled", "again": "cancelled",
    }  # fmt: skip
    assert story.state.due(story.now) is None


@pytest.mark.parametrize(
    "inside",
    ["section: {steps: [{id: x, needs: [], command: [x]}, {id: y, needs: [], manual: Y}]}", "process: g/child"],
    ids=["section", "process"],
)
@pytest.mark.parametrize(
    ("words", "status"), [("", "failed"), ("critical: false,", "waiting"), ("on_failure: continue,", "waiting")]
)
def test_a_failure_inside_fails_the_step_around_it_which_decides_what_follows(tell, inside, words, status):
    child = "- {id: x, needs: [], command: [x]}\n- {id: y, needs: [], manual: Y}"
    story = tell(f"- {{id: s, {words} {inside}}}\n- {{id: after, manual: After}}", child=child).start()

    story.carry_out(failing=["x", "s/x"])

    assert story.statuses["s"] == "failed"
    assert story.status == status
    assert sorted(story.statuses.values()).count("cancelled") == (2 if status == "failed" else 1)


def test_a_child_that_is_stopped_from_outside_still_runs_its_finally(tell):
    story = tell(
        "- {id: a, needs: [], command: [a]}\n- {id: p, needs: [], process: g/child}",
        child="steps: [{id: m, manual: M}]\nfinally: [{id: tidy, command: [tidy]}]",
    ).start()
    story.claim()

    story.ends("a", 1)

    assert story.claim() == ["p/tidy"]
    story.ends("p/tidy")
    assert story.statuses == {"a": "failed", "p": "cancelled", "p/m": "cancelled", "p/tidy": "succeeded"}
    assert story.status == "failed"


# -- retries ------------------------------------------------------------------------------------------


def pauses(story):
    return [
        between(each.at, each.event.data["retry_at"]) for each in story.events if each.event.type == "AttemptFailed"
    ]


def test_retries_come_after_growing_pauses_and_then_it_has_failed(tell):
    story = tell("- {id: a, command: [a], retry: {attempts: 4, delay: 10s, backoff: 3}}").start()

    for pause in ("10s", "30s", "90s"):
        story.claim()
        story.ends("a", 1)
        assert story.claim() == []
        story.wait(pause)

    story.claim()
    story.ends("a", 1)
    assert pauses(story) == [10, 30, 90]
    assert story.state.reason == "step `a` failed: exit code 1 (after 4 attempts)"


def test_a_retry_that_works_is_a_success(tell):
    story = tell("- {id: a, command: [a], retry: {attempts: 2}}").start()
    story.claim()
    story.ends("a", 1)

    story.carry_out()

    assert (story.status, story.state.steps["a"].attempt) == ("succeeded", 2)


def test_jitter_varies_the_pauses_the_same_way_each_time(tell):
    text = "- {id: a, command: [a], retry: {attempts: 9, delay: 100s, jitter: true}}"
    told = []
    for _ in range(2):
        story = tell(text).start()
        for _ in range(8):
            story.claim()
            story.ends("a", 1)
            story.wait("150s")
        told.append(pauses(story))

    assert told[0] == told[1]
    assert all(50 <= pause <= 150 for pause in told[0])
    assert len(set(told[0])) > 4


def test_on_exit_limits_retries_to_some_exit_codes(tell):
    story = tell("- {id: a, command: [a], retry: {attempts: 5, on_exit: [75]}}").start()
    story.claim()
    story.ends("a", 75)
    story.wait("1s")
    story.claim()

    story.ends("a", 2)

    assert story.status == "failed"


def test_a_timeout_is_not_an_exit_code_to_retry_on(tell):
    story = tell("- {id: a, command: [a], retry: {attempts: 5, on_exit: [75]}}").start()
    story.claim()

    story.ends("a", None, signal=15, error="timed out after 10 s")

    assert story.state.reason == "step `a` failed: timed out after 10 s"


def test_a_pause_grows_up_to_a_day_however_many_attempts_there_are(tell):
    story = tell("- {id: a, command: [a], retry: {attempts: 1000, delay: 1s, backoff: 100}}").start()

    for _ in range(200):
        story.claim()
        story.ends("a", 1)
        story.wait("1d")

    assert max(pauses(story)) == 86_400
    assert story.statuses["a"] == "ready"


def test_retries_inside_a_child_work(tell):
    story = tell(
        "- {id: p, process: g/child}", child="- {id: a, command: [a], retry: {attempts: 2, delay: 5s}}"
    ).start()
    story.claim()
    story.ends("p/a", 1)

    story.wait("5s")
    story.carry_out()

    assert story.status == "succeeded"


def test_a_retry_that_waits_is_not_left_out_by_a_later_decision(tell):
    story = tell("""
- {id: d, decision: {options: [{id: keep}, {id: leave, goto: end}]}}
- {id: other, needs: [], command: [x]}
- {id: a, needs: [d, other], join: any, command: [a], retry: {attempts: 2, delay: 1m}}
- {id: end, needs: [d, a], manual: End}
""").start()
    story.claim()
    story.ends("other")
    story.claim()
    story.ends("a", 1)

    story.choose("d", "leave")

    assert story.statuses["a"] == "ready"
    story.wait("1m")
    story.carry_out()
    story.answer("end")
    assert story.status == "succeeded"


# -- checks and finally -------------------------------------------------------------------------------

CHECKED = """
checks:
- {id: c1, command: [c1]}
- {id: c2, command: [c2]}
- {id: c3, critical: false, command: [c3]}
steps:
- {id: a, manual: A}
finally:
- {id: f, command: [f]}
"""


def test_checks_run_side_by_side_before_the_first_step(tell):
    story = tell(CHECKED).start()

    assert story.claim() == ["c1", "c2", "c3"]
    assert "a" not in story.statuses
    for step in ("c1", "c2", "c3"):
        story.ends(step)
    assert story.statuses["a"] == "waiting"


@pytest.mark.parametrize("slots", [1, 8])
def test_all_checks_run_even_when_the_first_fails_and_nothing_else_does(tell, slots):
    story = tell(CHECKED).start()

    while started := story.claim(slots):
        for step in started:
            story.ends(step, 1)

    assert story.statuses == {"c1": "failed", "c2": "failed", "c3": "failed"}
    assert (story.status, story.state.reason) == ("failed", "step `c1` failed: exit code 1")


def test_a_check_that_is_not_critical_only_warns(tell):
    story = tell(CHECKED).start().carry_out(failing=["c3"])

    assert (story.statuses["c3"], story.statuses["a"]) == ("failed", "waiting")


def test_a_check_of_a_child_stops_the_child_only(tell):
    story = tell(
        "- {id: p, critical: false, process: g/child}\n- {id: b, manual: B}",
        child="checks: [{id: c, command: [c]}]\nsteps: [{id: x, manual: X}]\nfinally: [{id: f, command: [f]}]",
    ).start()

    story.carry_out(failing=["p/c"])

    assert story.statuses == {"p": "failed", "b": "waiting", "p/c": "failed"}


@pytest.mark.parametrize("way", ["succeeds", "fails", "is cancelled"])
def test_finally_runs_whatever_happened_once_a_step_had_started(tell, way):
    story = tell("steps: [{id: a, command: [a]}]\nfinally: [{id: f, command: [f]}, {id: g, manual: G}]").start()
    story.claim()
    if way == "is cancelled":
        story.cancel()
        story.ends("a", None, signal=15)
    else:
        story.ends("a", int(way == "fails"))

    assert story.status == "running"
    story.carry_out()
    story.answer("g")
    assert story.status == {"succeeds": "succeeded", "fails": "failed", "is cancelled": "cancelled"}[way]


def test_finally_does_not_run_when_the_run_was_cancelled_before_its_first_step(tell):
    story = tell("steps: [{id: a, command: [a]}]\nfinally: [{id: f, command: [f]}]").start()

    story.cancel()

    assert (story.status, story.statuses) == ("cancelled", {"a": "cancelled"})


def test_a_failure_in_finally_fails_a_run_that_went_well(tell):
    story = tell("steps: [{id: a, command: [a]}]\nfinally: [{id: f, command: [f]}, {id: g, command: [g]}]").start()

    story.carry_out(failing=["f"])

    assert story.statuses == {"a": "succeeded", "f": "failed", "g": "cancelled"}
    assert story.status == "failed"


# -- what is done about a failure, and a restart in between ------------------------------------------


def test_handler_of_a_child_is_waited_for_when_the_run_is_read_anew(tell):
    story = tell(
        """
- id: call
  process: g/child
  on_failure: {do: [{id: h, title: H, shell: h}], then: continue}
- {id: b, title: B, shell: b}
""",
        child="- {id: inner, title: Inner, shell: inner}",
    ).start()
    story.claim()
    story.ends("call/inner", 1)

    story.state = story.replayed()

    assert story.claim() == ["h"]
    assert story.statuses["call"] == "running"


def test_attempt_after_steps_before_a_retry_is_not_over_when_the_run_is_read_anew(tell):
    story = tell(
        "- {id: a, title: A, shell: a, retry: {attempts: 2, before: [{id: fix, title: Fix, shell: fix}]}}"
    ).start()
    story.claim()
    story.ends("a", 1)
    story.claim()
    story.ends("fix")
    assert story.claim() == ["a"]

    story.state = story.replayed()
    story.wait("1s")

    assert story.statuses["a"] == "running"


def test_too_many_failed_items_are_named_with_their_reasons(tell):
    story = tell("- {id: a, title: A, foreach: {items: [x, y], max_failures: 1}, shell: a}").start()

    story.claim()
    story.ends("a.1", 3)
    story.claim()
    story.ends("a.2", 4)

    assert story.state.steps["a"].reason == (
        "2 of 2 items failed, and at most 1 may; `a.1`: exit code 3; `a.2`: exit code 4"
    )


@pytest.mark.parametrize(
    ("failing", "status", "statuses"),
    [
        ([], "succeeded", ["succeeded", "skipped", "succeeded"]),
        (["fetch"], "succeeded with failures", ["failed", "succeeded", "succeeded"]),
        (["fetch", "slow"], "failed", ["failed", "failed", "cancelled"]),
    ],
)
def test_a_fall_back_is_done_only_after_a_failure(tell, failing, status, statuses):
    story = tell("""
- {id: fetch, critical: false, command: [fetch]}
- {id: slow, when: steps.fetch.status == 'failed', command: [slow]}
- {id: use, command: [use]}
""").start()

    story.carry_out(failing=failing)

    assert (str(story.status), list(story.statuses.values())) == (status, statuses)
