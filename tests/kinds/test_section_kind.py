"""`section`: a block of steps."""

from __future__ import annotations


def test_its_steps_run_inside_it_and_later_ones_after_it(tell):
    story = tell(
        "- {id: s, section: {steps: [{id: a, command: [a]}, {id: b, command: [b]}]}}\n- {id: c, command: [c]}"
    ).start()

    story.carry_out()

    assert [word for word in story.trace if " " in word] == [
        "StepStarted s", "StepStarted a", "StepSucceeded a", "StepStarted b", "StepSucceeded b", "StepSucceeded s",
        "StepStarted c", "StepSucceeded c",
    ]  # fmt: skip


def test_a_step_inside_sees_what_is_over_before_the_section(tell):
    story = tell(
        "- {id: a, set: {values: {x: 1}}}\n- {id: s, section: {steps: [{id: b, manual: '{{ steps.a.outputs.x }}'}]}}"
    ).start()

    assert story.state.steps["b"].prompt == {"text": "1"}


def test_a_decision_inside_leaves_out_steps_of_the_section_only(tell):
    story = tell("""
- id: s
  section:
    steps:
      - {id: d, decision: {options: [{id: x}, {id: y, goto: b}]}}
      - {id: a, manual: A}
      - {id: b, manual: B}
- {id: after, manual: After}
""").start()

    story.choose("d", "y")
    story.answer("b")

    assert story.statuses == {"s": "succeeded", "d": "succeeded", "a": "skipped", "b": "succeeded", "after": "waiting"}
