"""Processes inside of processes, people's steps included."""

from __future__ import annotations

import pytest

from runbook.errors import Refused

TOP = """
inputs: {name: {}}
outputs: {all: '{{ steps.go.outputs.report }}'}
steps:
- {id: go, process: {use: g/middle, with: {who: '{{ inputs.name }}', times: 2}}}
- {id: after, manual: After}
"""
MIDDLE = """
roles: {op: {}, boss: {not: op}}
inputs: {who: {}, times: {type: integer, minimum: 1}}
outputs: {report: '{{ steps.leaf.outputs.text }} x {{ inputs.times }}'}
steps:
- {id: leaf, process: {use: g/leaf, with: {who: '{{ inputs.who }}'}}}
- {id: ok, approval: boss}
finally: [{id: tidy, command: [tidy]}]
"""
LEAF = """
inputs: {who: {pattern: '^[a-z]+$'}}
outputs: {text: '{{ steps.say.outputs.word }}, {{ steps.ask.answers.answer }}'}
steps:
- {id: say, command: [say, '{{ inputs.who }}'], outputs: {word: stdout}}
- {id: ask, ask: How is it?}
"""


def test_three_deep_with_people_programs_inputs_and_outputs(tell):
    story = tell(TOP, middle=MIDDLE, leaf=LEAF).start(name="eve")

    assert story.claim() == ["go/leaf/say"]
    assert story.state.steps["go/leaf/say"].act["argv"] == ["say", "eve"]
    story.ends("go/leaf/say", stdout="hello eve\n")
    story.answer("go/leaf/ask", fields={"answer": "fine"})
    with pytest.raises(Refused, match="at `go/ok`"):
        story.approve("go/ok", "ada")
    story.approve("go/ok", "bob")
    story.carry_out()

    assert story.statuses["after"] == "waiting"
    story.answer("after")
    assert story.state.outputs == {"all": "hello eve, fine x 2"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [("Eve!", "step `go` failed: step `go/leaf` failed: input `who` of g/leaf does not match `^[a-z]+$`")],
)
def test_the_inputs_of_a_child_are_checked_when_it_is_reached(tell, name, reason):
    story = tell(TOP, middle=MIDDLE, leaf=LEAF).start(name=name)

    story.carry_out()

    assert (story.status, story.state.reason) == ("failed", reason)


def test_a_failure_deep_inside_names_every_step_on_its_way_up(tell):
    story = tell(TOP, middle=MIDDLE, leaf=LEAF).start(name="eve")

    story.carry_out(failing=["go/leaf/say"])

    assert story.state.reason == "step `go` failed: step `go/leaf` failed: step `go/leaf/say` failed: exit code 1"
    assert story.statuses["go/tidy"] == "succeeded"
    assert story.statuses["after"] == "cancelled"


def test_an_output_of_a_child_without_a_value_fails_its_step(tell):
    story = tell(
        "- {id: p, process: g/child}",
        child="outputs: {n: '{{ steps.a.outputs.n }}'}\nsteps:\n"
        "- {id: a, when: 'false', command: [a], outputs: {n: stdout}}",
    ).start()

    assert story.state.reason == "step `p` failed: an output of the process: `steps.a.outputs.n` is not defined"


def test_steps_of_the_same_name_in_parent_and_child_do_not_meet(tell):
    text = "- {id: a, manual: A}\n"
    story = tell(text + "- {id: p, process: g/child}\n- {id: q, process: g/child}", child=text).start()

    for step in ("a", "p/a", "q/a"):
        assert story.statuses[step] == "waiting"
        story.answer(step)

    assert story.status == "succeeded"


def test_a_child_that_is_skipped_takes_no_part(tell):
    story = tell(
        "- {id: p, when: 'false', process: g/child}\n- {id: b, manual: B}", child="- {id: a, manual: A}"
    ).start()

    assert story.statuses == {"p": "skipped", "b": "waiting"}
    with pytest.raises(Refused, match="has not been reached yet"):
        story.answer("p/a")
