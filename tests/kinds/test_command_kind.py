"""`command`: one program, each argument as it stands."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("value", ["a b", "*", "--rm", "$HOME", "'\"", "ü\n", ""])
def test_an_argument_arrives_as_it_is(tell, value):
    story = tell("inputs: {x: {}}\nsteps:\n- {id: a, command: [echo, '{{ inputs.x }}', 'a{{ inputs.x }}b']}").start(
        x=value
    )

    story.claim()

    assert story.state.steps["a"].act["argv"] == ["echo", value, f"a{value}b"]


def test_numbers_and_booleans_are_written_as_in_yaml(tell):
    story = tell("- {id: a, command: [echo, 7, 2.5, true]}").start()

    story.claim()

    assert story.state.steps["a"].act == {"argv": ["echo", "7", "2.5", "true"], "shown": "echo 7 2.5 true"}


def test_folder_environment_and_input(tell):
    story = tell(
        "inputs: {x: {}}\nsteps:\n"
        "- {id: a, command: {argv: [cat], cwd: sub, env: {X: '{{ inputs.x }}'}, stdin: '{{ inputs.x }}!'}}"
    ).start(x="v")

    story.claim()

    assert story.state.steps["a"].act == {
        "argv": ["cat"],
        "cwd": "sub",
        "env": {"X": "v"},
        "stdin": "v!",
        "shown": "cat",
    }
