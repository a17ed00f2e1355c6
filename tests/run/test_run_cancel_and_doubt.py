"""Cancelling a run in every phase, and programs whose end nobody saw."""

from __future__ import annotations

import pytest

from runbook.errors import Conflict, Refused

EVERYTHING = """
checks: [{id: check, command: [check]}]
steps:
- {id: a, command: [a]}
- {id: m, needs: [a], manual: M}
- {id: w, needs: [a], wait: 1h}
- {id: p, needs: [a], process: g/child}
- {id: r, needs: [a], command: [r], retry: {attempts: 2, delay: 1h}}
finally: [{id: f, command: [f]}]
"""
CHILD = "steps: [{id: x, command: [x]}, {id: y, manual: Y}]\nfinally: [{id: z, command: [z]}]"


def test_cancel_in_the_checks_ends_the_run_without_finally(tell):
    story = tell(EVERYTHING, child=CHILD).start()
    story.claim()

    story.cancel()
    story.ends("check", None, signal=15)

    assert (story.status, story.statuses) == ("cancelled", {"check": "cancelled"})


def test_cancel_among_the_steps_lets_go_of_all_and_runs_finally_of_the_child_and_of_the_run(tell):
    story = tell(EVERYTHING, child=CHILD).start()
    story.claim()
    story.ends("check")
    story.claim()
    story.ends("a")
    assert story.claim() == ["r", "p/x"]
    story.ends("r", 1)

    story.cancel("the change was called off")

    assert {path for path, status in story.statuses.items() if status == "cancelled"} == {"m", "w", "r", "p/y"}
    story.ends("p/x", 0)
    assert story.claim() == ["p/z"]
    story.ends("p/z")
    assert story.claim() == ["f"]
    story.ends("f")
    assert (story.status, story.state.reason) == ("cancelled", "the change was called off")
    assert (story.statuses["p"], story.statuses["p/x"]) == ("cancelled", "succeeded")


def test_cancel_in_finally_lets_it_finish(tell):
    story = tell(
        "steps: [{id: a, set: {values: {x: 1}}}]\nfinally: [{id: f, command: [f]}, {id: g, manual: G}]"
    ).start()
    story.claim()

    story.cancel()
    story.ends("f")
    story.answer("g")

    assert story.status == "cancelled"
    assert story.statuses == {"a": "succeeded", "f": "succeeded", "g": "succeeded"}


def test_cancel_during_the_finally_of_a_child_lets_that_finish(tell):
    story = tell("- {id: p, process: g/child}\n- {id: m, manual: M}", child=CHILD).start()
    story.claim()
    story.ends("p/x")
    story.answer("p/y")
    story.claim()

    story.cancel()
    story.ends("p/z")

    assert story.status == "cancelled"
    assert story.statuses == {"p": "cancelled", "m": "cancelled"} | {f"p/{id}": "succeeded" for id in "xyz"}


def test_cancel_after_a_failure_while_a_program_still_runs(tell):
    story = tell("- {id: a, needs: [], command: [a]}\n- {id: b, needs: [], command: [b]}").start()
    story.claim()
    story.ends("a", 1)

    story.cancel()
    story.ends("b", None, signal=15)

    assert story.status == "cancelled"
    assert story.statuses == {"a": "failed", "b": "cancelled"}


def test_cancel_twice_is_one_cancel_and_it_needs_a_reason(tell):
    story = tell("steps: [{id: a, manual: A}]\nfinally: [{id: f, manual: F}]").start()
    with pytest.raises(Refused, match="cancelling needs a reason"):
        story.cancel("")
    story.cancel("first")

    assert story.cancel("second") == []
    story.answer("f")

    assert story.state.reason == "first"
    with pytest.raises(Conflict, match="run story has ended"):
        story.cancel()


def test_after_cancel_no_answer_signal_or_timer_brings_anything_back(tell):
    story = tell("""
steps:
- {id: a, needs: [], manual: A}
- {id: b, needs: [], wait: 1m}
- {id: c, needs: [], wait: {signal: s}}
finally: [{id: f, manual: F}]
""").start()
    story.cancel()

    with pytest.raises(Conflict):
        story.answer("a")
    story.signal("s")
    story.wait("1h")

    assert story.statuses == {"a": "cancelled", "b": "cancelled", "c": "cancelled", "f": "waiting"}


# -- in doubt -----------------------------------------------------------------------------------------

DOUBTFUL = """
- {id: a, command: [a], outputs: {n: {from: stdout, type: integer}}}
- {id: b, when: steps.a.status == 'skipped' or steps.a.outputs.n == 7, manual: B}
"""


@pytest.fixture
def doubtful(tell):
    story = tell(DOUBTFUL).start()
    story.claim()
    story.breaks_off("a", output="half a line")
    return story


def test_a_program_whose_end_nobody_saw_is_in_doubt_and_nothing_goes_on(doubtful):
    assert doubtful.statuses == {"a": "in doubt", "b": "pending"}
    assert doubtful.status == "blocked"
    assert doubtful.claim() == []
    assert doubtful.state.steps["a"].result == {"output": "half a line"}


@pytest.mark.parametrize("outcome", ["done", "redo", "failed", "skipped"])
def test_a_decision_about_a_doubt_needs_a_reason(doubtful, outcome):
    with pytest.raises(Refused, match="needs a reason"):
        doubtful.answer("a", outcome)

    assert doubtful.status == "blocked"


@pytest.mark.parametrize(
    ("outcome", "words", "after", "status"),
    [
        ("done", {"fields": {"n": "7"}}, {"a": "succeeded", "b": "waiting"}, "waiting"),
        ("redo", {}, {"a": "ready", "b": "pending"}, "running"),
        ("failed", {}, {"a": "failed", "b": "cancelled"}, "failed"),
        ("skipped", {}, {"a": "skipped", "b": "waiting"}, "waiting"),
    ],
)
def test_the_operator_decides_about_a_doubt(doubtful, outcome, words, after, status):
    doubtful.answer("a", outcome, reason="I looked", **words)

    assert (doubtful.statuses, doubtful.status) == (after, status)


def test_redo_is_a_new_attempt(doubtful):
    doubtful.answer("a", "redo", reason="It had not begun")

    assert doubtful.claim() == ["a"]
    assert doubtful.state.steps["a"].attempt == 2
    doubtful.ends("a", stdout="7")
    assert doubtful.statuses == {"a": "succeeded", "b": "waiting"}


@pytest.mark.parametrize(
    ("fields", "match"), [({"m": 1}, "`m` is not an output of `a`"), ({"n": "many"}, "not of type integer")]
)
def test_outputs_stated_for_a_doubt_must_be_those_of_the_step(doubtful, fields, match):
    with pytest.raises(Refused, match=match):
        doubtful.answer("a", reason="It worked", fields=fields)


@pytest.mark.parametrize("outcome", ["approve", "choose", "nonsense"])
def test_other_words_do_not_settle_a_doubt(doubtful, outcome):
    with pytest.raises(Refused, match="`a` is in doubt"):
        doubtful.answer("a", outcome, reason="why not")


def test_only_somebody_entitled_decides_about_a_doubt(tell):
    story = tell("roles: {op: {people: [ada]}}\nsteps:\n- {id: a, command: [a]}").start()
    story.claim()
    story.breaks_off("a")

    with pytest.raises(Refused, match="bob may not act as `op`"):
        story.answer("a", "redo", by="bob", reason="I say so")


@pytest.mark.parametrize("flag", ["idempotent: true,", "read_only: true,"])
def test_a_repeatable_step_is_repeated_unasked(tell, flag):
    story = tell(f"- {{id: a, {flag} command: [a]}}").start()
    story.claim()
    story.breaks_off("a")

    assert story.status == "running"
    story.carry_out()

    assert (story.status, story.state.steps["a"].attempt) == ("succeeded", 2)


def test_verify_is_repeated_unasked(tell):
    story = tell("- {id: v, verify: {command: [v], within: 1m}}").start()
    story.claim()

    story.breaks_off("v")

    assert story.claim() == ["v"]


def test_a_program_that_never_ran_is_started_again_and_no_retry_is_used_up(tell):
    story = tell("- {id: a, command: [a], retry: {attempts: 2}}").start()
    story.claim()
    story.never_ran("a")
    story.claim()
    story.ends("a", 1)

    story.carry_out()

    assert (story.status, story.state.steps["a"].attempt) == ("succeeded", 3)


@pytest.mark.parametrize("end", ["never ran", "repeatable"])
def test_a_program_that_would_start_anew_does_not_after_the_run_was_stopped(tell, end):
    story = tell("- {id: a, needs: [], idempotent: true, command: [a]}\n- {id: b, needs: [], command: [b]}").start()
    story.claim()
    story.ends("b", 1)

    if end == "never ran":
        story.never_ran("a")
    else:
        story.breaks_off("a")

    assert (story.statuses["a"], story.status) == ("cancelled", "failed")


@pytest.mark.parametrize("outcome", ["done", "failed", "skipped"])
def test_a_doubt_in_a_cancelled_run_is_settled_first_and_can_not_be_redone(tell, outcome):
    story = tell("- {id: a, command: [a]}\n- {id: b, manual: B}").start()
    story.claim()
    story.breaks_off("a")
    story.cancel()

    assert story.status == "blocked"
    with pytest.raises(Refused, match="can't be repeated"):
        story.answer("a", "redo", reason="again")
    story.answer("a", outcome, reason="I looked")

    assert story.status == "cancelled"


@pytest.mark.parametrize("second", ["ends", "breaks_off", "never_ran"])
def test_an_attempt_ends_once(tell, second):
    story = tell("- {id: a, command: [a]}\n- {id: b, manual: B}").start()
    story.claim()
    story.ends("a")

    with pytest.raises(Conflict, match="attempt 1 of `a` is not under way"):
        getattr(story, second)("a")


def test_news_of_an_earlier_attempt_is_refused(tell):
    from runbook.outcome import Finished
    from runbook.run.commands import Settle

    story = tell("- {id: a, command: [a], retry: {attempts: 2}}").start()
    story.claim()
    story.ends("a", 1)
    story.wait("1s")
    story.claim()

    with pytest.raises(Conflict, match="attempt 1 of `a`"):
        story.ask(Settle("a", 1, Finished(0)))
