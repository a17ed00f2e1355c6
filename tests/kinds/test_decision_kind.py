"""`decision`: a person, or an expression, picks one of several ways."""

from __future__ import annotations

import pytest

from runbook.errors import Refused

FORK = """
- id: d
  decision: {question: Which way?, options: [{id: on}, {id: left, goto: l1}, {id: right, goto: r1}]}
- {id: next, manual: N}
- {id: l1, needs: [d], manual: L1}
- {id: l2, manual: L2}
- {id: r1, needs: [d], manual: R1}
- {id: end, needs: [next, l2, r1], manual: End}
"""


@pytest.mark.parametrize(("option", "kept"), [("on", ["next"]), ("left", ["l1", "l2"]), ("right", ["r1"])])
def test_the_way_chosen_is_gone_and_the_others_are_left_out(tell, option, kept):
    story = tell(FORK).start()

    story.choose("d", option)
    for step in kept:
        story.answer(step)

    left_out = {path for path, status in story.statuses.items() if status == "skipped"}
    assert left_out == {"next", "l1", "l2", "r1"} - set(kept)
    assert story.statuses["end"] == "waiting"
    assert all(story.state.steps[path].reason == f"`d` chose `{option}`" for path in left_out)


def test_goto_leaps_over_the_steps_between(tell):
    story = tell("""
- {id: d, decision: {options: [{id: fine}, {id: broken, goto: repair}]}}
- {id: a, manual: A}
- {id: b, manual: B}
- {id: repair, manual: R}
""").start()

    story.choose("d", "broken")

    assert story.statuses == {"d": "succeeded", "a": "skipped", "b": "skipped", "repair": "waiting"}


@pytest.mark.parametrize(("n", "option"), [(1, "few"), (50, "many"), (500, "other")])
def test_the_first_condition_that_holds_decides_or_the_option_without_one(tell, n, option):
    story = tell(f"""
inputs: {{n: {{type: integer}}}}
steps:
- id: d
  decision:
    options:
    - {{id: few, when: inputs.n < 10}}
    - {{id: other}}
    - {{id: many, when: inputs.n < 100}}
    - {{id: late, when: inputs.n == 1}}
- {{id: m, when: steps.d.outputs.choice == '{option}', manual: M}}
""").start(n=n)

    assert story.state.steps["d"].outputs == {"choice": option}
    assert story.statuses["m"] == "waiting"


def test_no_option_that_holds_is_a_failure(tell):
    story = tell("""
inputs: {n: {type: integer}}
steps:
- {id: d, decision: {options: [{id: a, when: inputs.n == 1}, {id: b, when: inputs.n == 2}]}}
""").start(n=3)

    assert story.state.reason == "step `d` failed: no option of the decision holds"


def test_a_condition_that_is_neither_true_nor_false_is_a_failure(tell):
    story = tell("inputs: {n: {}}\nsteps:\n- {id: d, decision: {options: [{id: a, when: inputs.n}, {id: b}]}}").start(
        n="yes"
    )

    assert story.status == "failed"


@pytest.mark.parametrize(
    ("outcome", "words", "match"),
    [
        ("choose", {"choose": "c"}, "`c` is not an option of this decision"),
        ("choose", {}, "`` is not an option of this decision"),
        ("done", {}, "this step is a decision and wants a choice"),
        ("approve", {}, "this step is a decision and wants a choice"),
        ("skipped", {"reason": "no"}, "`d` can't be skipped"),
        ("failed", {}, "`failed` needs a reason"),
    ],
)
def test_only_a_choice_answers_a_decision(tell, outcome, words, match):
    story = tell("- {id: d, decision: {options: [{id: a}, {id: b}]}}").start()

    with pytest.raises(Refused, match=match):
        story.answer("d", outcome, **words)

    assert story.statuses == {"d": "waiting"}


def test_a_person_can_say_that_no_way_is_right(tell):
    story = tell("- {id: d, decision: {options: [{id: a}, {id: b}]}}").start()

    story.answer("d", "failed", reason="Neither fits")

    assert story.state.reason == "step `d` failed: Neither fits"


def test_what_has_begun_on_another_way_is_not_left_out(tell):
    story = tell("""
- {id: d, decision: {options: [{id: keep}, {id: leave, goto: end}]}}
- {id: a, needs: [], manual: A}
- {id: b, needs: [d, a], join: any, manual: B}
- {id: end, needs: [d, b], manual: End}
""").start()
    story.answer("a")

    story.choose("d", "leave")

    assert story.statuses["b"] == "waiting"


def test_a_branch_that_does_not_depend_on_the_decision_is_never_left_out(tell):
    story = tell(FORK + "- {id: aside, needs: [], manual: A}").start()

    story.choose("d", "left")

    assert story.statuses["aside"] == "waiting"
