"""Data on its way through a run: an input, a program's output, an answer, handed on to whatever may take values."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from tests.security.attempt import Attempt, Outcome, succeeded
from tests.security.ground import CANARY, HIT, Ground
from tests.waiting import PATIENCE

PROCESS = f"""\
runbook: 1
title: Ways
inputs:
  v: {{type: string, title: Value}}
  canary: {{type: string, title: Canary, default: {CANARY}}}
steps:
  - {{id: script, title: Script, shell: 'printf %s {{{{ inputs.v }}}}', outputs: {{got: {{from: stdout}}}}}}
  - id: quoted
    title: Quoted
    shell: |
      cat <<EOF
      {{{{ inputs.v }}}}
      EOF
      printf %s "{{{{ inputs.v }}}}" > /dev/null
    outputs: {{got: {{from: stdout}}}}
  - id: list
    title: List
    command: [printf, '%s', '{{{{ inputs.v }}}}']
    outputs: {{got: {{from: stdout}}}}
  - id: variable
    title: Variable
    shell: {{run: 'printf %s "$V"', env: {{V: '{{{{ inputs.v }}}}'}}}}
    outputs: {{got: {{from: stdout}}}}
  - id: output
    title: Output
    shell: printf %s {{{{ steps.list.outputs.got }}}}
    outputs: {{got: {{from: stdout}}}}
  - {{id: named, title: Named, set: {{values: {{got: '{{{{ steps.output.outputs.got }}}}'}}}}}}
  - {{id: ask, title: Ask, ask: {{fields: {{said: {{title: Said}}}}}}}}
  - id: answer
    title: Answer
    shell: printf %s {{{{ steps.ask.answers.said }}}}
    outputs: {{got: {{from: stdout}}}}
outputs: {{got: '{{{{ steps.answer.outputs.got }}}}'}}
"""
WAYS: Mapping[str, str] = {
    "input in a script": "script",
    "input in quotes and a here-document": "quoted",
    "input as an argument": "list",
    "input in the environment": "variable",
    "output of a program in a script": "output",
    "output of a program in a value": "named",
    "answer of a person in a script": "answer",
}
"""Each way data takes, by the step whose output shows what arrived."""


def arrived(ground: Ground, value: str) -> Mapping[str, Any]:
    """What arrived at each step when the value was given as an input, and as an answer; carried out once."""
    if value not in ground.kept:
        ground.project({"processes/a/ways.yaml": PROCESS})
        answers = ground.file("answers.yaml", json.dumps({"ask": {"fields": {"said": value}}}))
        result = ground.begun("a/ways", "--answers", answers, v=value)
        succeeded(result.code != 0, f"the run came to grief: {result.err}")
        status = ground.cli("status", "last", "--json").json
        ground.kept[value] = {step["id"]: step["outputs"].get("got") for step in status["steps"] if "outputs" in step}
    found: Mapping[str, Any] = ground.kept[value]
    return found


def carried(way: str, value: str) -> Attempt:
    """The value arrives as it is, whatever it says."""

    def work(ground: Ground) -> Outcome:
        got = arrived(ground, value)[WAYS[way]]
        succeeded(ground.hits(), "it was carried out")
        succeeded(got != value.strip(), f"it arrived as {got!r}")
        return "harmless"

    return Attempt(way, value, work)


def pasted(value: str, script: str = "printf %s VALUE") -> Attempt:
    """The control: the value pasted into the text of a script, as a program that knows no better does."""

    def work(ground: Ground) -> Outcome:
        call = script.replace("VALUE", value)
        subprocess.run(["sh", "-c", call], cwd=ground.folder, capture_output=True, check=False, timeout=PATIENCE)
        succeeded((ground.folder / HIT).exists(), "it was carried out")
        return "harmless"

    return Attempt(f"pasted into {script}", value, work)
