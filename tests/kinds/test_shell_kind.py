"""`shell`: a constant script, with values in its environment."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("host", ["db1", "'; rm -rf /; '", "$(id)", "a\nb", ""])
def test_values_travel_in_the_environment_and_never_in_the_script(tell, host):
    story = tell("inputs: {host: {}}\nsteps:\n- {id: a, shell: 'ping {{ inputs.host }}'}").start(host=host)

    story.claim()

    act = story.state.steps["a"].act
    assert act["argv"] == ["/bin/sh", "-c", 'set -eu\nping "${RB_1}"', "sh"]
    assert act["env"] == {"RB_1": host}


def test_bash_where_and_with_what(tell):
    story = tell(
        "inputs: {where: {}}\nsteps:\n"
        "- {id: a, shell: {run: ls, interpreter: bash, cwd: '{{ inputs.where }}', env: {LEVEL: '{{ 1 + 1 }}'}}}"
    ).start(where="sub")

    story.claim()

    assert story.state.steps["a"].act == {
        "argv": ["/bin/bash", "-c", "set -euo pipefail\nls", "bash"],
        "env": {"LEVEL": "2"},
        "cwd": "sub",
        "shown": "ls",
    }


def test_a_value_that_is_missing_fails_the_step_before_it_starts(tell):
    story = tell(
        "- {id: a, when: 'false', shell: date, outputs: {d: stdout}}\n- {id: b, shell: 'echo {{ steps.a.outputs.d }}'}"
    ).start()

    assert story.claim() == []
    assert story.state.reason == "step `b` failed: `steps.a.outputs.d` is not defined"
