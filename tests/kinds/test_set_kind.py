"""`set`: names values for later steps."""

from __future__ import annotations


def test_values_keep_their_types_at_any_depth(tell):
    story = tell("""
inputs: {n: {type: integer}}
steps:
- id: s
  set:
    values:
      n: '{{ inputs.n }}'
      text: 'n is {{ inputs.n }}'
      deep: {list: [1, '{{ inputs.n * 2 }}', null]}
      plain: true
""").start(n=4)

    assert story.state.outputs == {}
    assert story.state.steps["s"].outputs == {"n": 4, "text": "n is 4", "deep": {"list": [1, 8, None]}, "plain": True}


def test_a_value_that_can_not_be_worked_out_fails_the_step(tell):
    story = tell("inputs: {n: {type: integer}}\nsteps:\n- {id: s, set: {values: {x: '{{ 1 / inputs.n }}'}}}").start(n=0)

    assert story.state.steps["s"].status.value == "failed"
