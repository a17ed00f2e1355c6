"""`process`: runs another process of the library. How such runs go is told in the stories of nested runs."""

from __future__ import annotations

CHILD = """
inputs: {a: {}, n: {type: integer, default: 5}}
outputs: {a: '{{ inputs.a }}', n: '{{ inputs.n }}'}
steps: [{id: m, manual: M}]
"""


def test_inputs_go_down_with_their_types_and_defaults_and_outputs_come_up(tell):
    story = tell(
        "- {id: p, process: {use: g/child, with: {a: 'x{{ 1 + 1 }}'}}}\n"
        "- {id: q, process: {use: g/child, with: {a: y, n: '{{ steps.p.outputs.n + 1 }}'}}}",
        child=CHILD,
    ).start()
    story.answer("p/m")
    story.answer("q/m")

    assert story.state.steps["p"].outputs == {"a": "x2", "n": 5}
    assert story.state.steps["q"].outputs == {"a": "y", "n": 6}


def test_the_short_form_is_the_id(tell):
    story = tell("- {id: p, process: g/child}", child="- {id: m, manual: M}").start()

    assert story.statuses == {"p": "running", "p/m": "waiting"}


def test_an_input_of_the_wrong_type_fails_the_step(tell):
    story = tell(
        "inputs: {n: {}}\nsteps:\n- {id: p, process: {use: g/child, with: {a: x, n: '{{ inputs.n }}'}}}", child=CHILD
    ).start(n="many")

    assert story.state.reason == "step `p` failed: input `n` of g/child is not a whole number"
    assert story.statuses == {"p": "failed"}
