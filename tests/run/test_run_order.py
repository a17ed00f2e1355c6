"""What is ready when: needs, joins, conditions, sections."""

from __future__ import annotations

import pytest

FAN = """
- {{id: a, needs: [], {a}}}
- {{id: b, needs: [], {b}}}
- {{id: c, needs: [], {c}}}
- {{id: d, needs: [a, b, c], {join} manual: Go on.}}
"""


def test_steps_without_needs_follow_each_other(tell):
    story = tell("- {id: a, manual: A}\n- {id: b, manual: B}\n- {id: c, manual: C}").start()

    assert story.statuses == {"a": "waiting", "b": "pending", "c": "pending"}
    story.answer("a")
    assert story.statuses == {"a": "succeeded", "b": "waiting", "c": "pending"}
    story.answer("b")
    story.answer("c")
    assert story.status == "succeeded"


def test_a_waiting_step_does_not_hold_up_a_branch_that_does_not_need_it(tell):
    story = tell(
        "- {id: a, manual: A}\n- {id: b, needs: [], command: [b]}\n- {id: c, needs: [b], command: [c]}"
    ).start()

    story.carry_out()

    assert story.statuses == {"a": "waiting", "b": "succeeded", "c": "succeeded"}
    assert story.status == "waiting"


@pytest.mark.parametrize(
    ("join", "over", "status"),
    [
        ("", ["a", "b"], "pending"),
        ("", ["a", "b", "c"], "waiting"),
        ("join: all,", ["b", "c"], "pending"),
        ("join: any,", [], "pending"),
        ("join: any,", ["c"], "waiting"),
        ("join: 2,", ["c"], "pending"),
        ("join: 2,", ["c", "a"], "waiting"),
        ("join: 3,", ["c", "a"], "pending"),
    ],
)
def test_a_join_counts_the_needs_that_are_over(tell, join, over, status):
    story = tell(FAN.format(join=join, a="manual: A", b="manual: B", c="manual: C")).start()

    for step in over:
        story.answer(step)

    assert story.statuses["d"] == status


def test_a_join_of_any_starts_its_step_once_and_the_run_ends_after_the_rest(tell):
    story = tell(FAN.format(join="join: any,", a="manual: A", b="manual: B", c="manual: C")).start()

    for step in ("b", "d", "a"):
        story.answer(step)

    assert story.status == "waiting"
    story.answer("c")
    assert story.status == "succeeded"
    assert story.trace.count("StepStarted d") == 1


@pytest.mark.parametrize(
    ("a", "status"),
    [
        ("{command: [a], when: 'false'}", "waiting"),
        ("{command: [a]}", "cancelled"),
        ("{command: [a], on_failure: continue}", "waiting"),
        ("{command: [a], critical: false}", "waiting"),
    ],
    ids=["skipped counts", "failed does not", "failed and continued counts", "uncritical counts"],
)
def test_what_counts_as_over_in_a_join(tell, a, status):
    story = tell(FAN.format(join="", a=a.strip("{}"), b="set: {values: {x: 1}}", c="set: {values: {x: 1}}")).start()

    story.carry_out(failing=["a"])

    assert story.statuses["d"] == status


@pytest.mark.parametrize(("flag", "status"), [(True, "waiting"), (False, "skipped")])
def test_when_decides_with_the_values_of_the_run(tell, flag, status):
    story = tell(
        "inputs: {flag: {type: boolean}}\nsteps:\n- {id: a, when: inputs.flag, manual: A}\n- {id: b, manual: B}\n"
    ).start(flag=flag)

    assert story.statuses["a"] == status
    assert story.statuses["b"] == ("pending" if flag else "waiting")


def test_a_condition_without_a_value_fails_its_step_and_says_why(tell):
    story = tell(
        "inputs: {go: {type: boolean, default: false}}\nsteps:\n"
        "- {id: a, command: [a], when: inputs.go, outputs: {n: exit_code}}\n"
        "- {id: b, when: steps.a.outputs.n == 1, manual: B}"
    ).start()

    assert story.status == "failed"
    assert story.state.reason == "step `b` failed: `steps.a.outputs.n` is not defined"


def test_a_section_is_over_when_all_its_steps_are(tell):
    story = tell("""
- id: s
  section:
    steps:
      - {id: a, needs: [], manual: A}
      - id: inner
        needs: []
        section: {steps: [{id: b, manual: B}]}
- {id: after, manual: After}
""").start()

    story.answer("a")
    assert story.statuses["s"] == "running"
    story.answer("b")

    assert [story.statuses[step] for step in ("inner", "s", "after")] == ["succeeded", "succeeded", "waiting"]


def test_a_section_whose_condition_does_not_hold_never_opens(tell):
    story = tell("- {id: s, when: 'false', section: {steps: [{id: a, manual: A}]}}\n- {id: b, manual: B}").start()

    assert story.statuses == {"s": "skipped", "b": "waiting"}


def test_the_outputs_of_the_process_are_handed_up_at_its_end(tell):
    story = tell(
        "outputs: {who: '{{ steps.a.outputs.who }}'}\nsteps:\n- {id: a, command: [a], outputs: {who: stdout}}"
    ).start()
    story.claim()

    story.ends("a", stdout=" eve \n")

    assert (story.status, story.state.outputs) == ("succeeded", {"who": "eve"})


def test_an_output_of_the_process_without_a_value_fails_the_run(tell):
    story = tell(
        "outputs: {who: '{{ steps.a.outputs.who }}'}\nsteps:\n"
        "- {id: a, when: 'false', command: [a], outputs: {who: stdout}}"
    ).start()

    assert story.status == "failed"
    assert story.state.reason.startswith("an output of the process: ")


def test_programs_start_in_order_and_no_more_than_there_are_slots(tell):
    story = tell("".join(f"- {{id: s{number}, needs: [], command: [x]}}\n" for number in range(5))).start()

    assert story.claim(2) == ["s0", "s1"]
    assert story.claim(0) == []
    story.ends("s0")
    assert story.claim(1) == ["s2"]
    assert story.claim(9) == ["s3", "s4"]


def test_a_program_that_fails_before_it_starts_stops_those_that_would_start_with_it(tell):
    story = tell("""
- {id: first, command: [a], when: 'false', outputs: {n: stdout}}
- {id: a, needs: [first], command: [a, "{{ steps.first.outputs.n }}"]}
- {id: b, needs: [first], command: [b]}
""").start()

    assert story.claim() == []

    assert story.statuses == {"first": "skipped", "a": "failed", "b": "cancelled"}
    assert story.status == "failed"


def test_a_run_begins_once(tell):
    from runbook.errors import Conflict

    story = tell("- {id: a, manual: A}")
    for ask in (story.cancel, story.resume, lambda: story.answer("a"), lambda: story.signal("s")):
        with pytest.raises(Conflict, match="the run has never begun"):
            ask()
    story.start()

    with pytest.raises(Conflict, match="the run has begun already"):
        story.start()

    assert story.trace == ["RunStarted", "StepStarted a", "StepWaiting a"]
