"""JSON that is endless, deep, doubled or no JSON, from programs, inputs and archives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import Ground

PAYLOADS: Mapping[str, str] = {
    "not a number": '{"v": NaN}',
    "endless": '{"v": -Infinity}',
    "past all limits": '{"v": 1e999}',
    "five thousand digits": '{"v": ' + "9" * 5_000 + "}",
    "ninety thousand brackets": "[" * 90_000,
    "deep and closed": "[" * 5_000 + "]" * 5_000,
    "the same key twice": '{"v": 1, "v": "second"}',
    "half a character": '{"v": "\\ud83d"}',
    "no character": '{"v": "\\u0000"}',
    "a name of the program": '{"v": {"__class__": {"__mro__": []}}, "__proto__": {"v": 1}}',
    "more behind it": '{"v": 1} {"v": 2}',
    "a comment": '{"v": 1 /* x */}',
    "single quotes": "{'v': __import__('os').system('touch hit')}",
    "an escape": '{"v": "\\u001b[2J\\u202e"}',
}
PROCESS = """\
runbook: 1
title: Data
inputs: {text: {type: string}}
steps:
  - id: give
    title: Give
    critical: false
    command: [printf, '%s', '{{ inputs.text }}']
    outputs: {got: {json: v}}
  - id: use
    title: Use
    when: steps.give.status == 'succeeded'
    critical: false
    set: {values: {got: "{{ steps.give.outputs.got | default('none') | tojson }}"}}
"""


def strict(text: str) -> Any:
    """The JSON as the strictest of readers takes it."""

    def refuse(word: str) -> float:
        raise ValueError(word)

    found = json.loads(text, parse_constant=refuse)
    text.encode("utf-8")
    json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8")
    return found


def by_program(what: str) -> Attempt:
    """A program prints it; what is told afterwards is JSON that everybody reads."""

    def work(ground: Ground) -> Outcome:
        ground.project({"processes/a/data.yaml": PROCESS})
        ground.begun("a/data", text=PAYLOADS[what])
        told = ground.cli("status", "last", "--json")
        try:
            status = strict(told.out)
            for event in ground.cli("events", "last", "--json").out.splitlines():
                strict(event)
            strict(ground.cli("record", "last", "--json").out)
        except ValueError as error:
            succeeded(True, f"what is told is no JSON: {error}")
        succeeded(ground.cli("verify", "last").code != 0, "the journal is damaged")
        given = next(step for step in status["steps"] if step["id"] == "give")
        return "refused" if given["status"] == "failed" else "harmless"

    return Attempt("output of a program", what, work)


def by_input(what: str) -> Attempt:
    """Somebody gives it as an input of any type."""

    def work(ground: Ground) -> Outcome:
        typed = "inputs: {v: {type: object}}\nsteps: [{id: a, title: A, manual: A}]\n"
        ground.project({"processes/a/typed.yaml": f"runbook: 1\ntitle: T\n{typed}"})
        result = ground.begun("a/typed", v=PAYLOADS[what])
        if result.code == 2:
            return "refused"
        try:
            strict(ground.cli("status", "last", "--json").out)
            strict(ground.cli("record", "last", "--json").out)
        except ValueError as error:
            succeeded(True, f"what is told is no JSON: {error}")
        return "harmless"

    return Attempt("input", what, work)


def by_anchor(what: str) -> Attempt:
    """It stands in a file of anchors."""

    def work(ground: Ground) -> Outcome:
        ground.project({"processes/a/data.yaml": PROCESS})
        if "anchored" not in ground.kept:
            ground.begun("a/data", text="{}")
            ground.kept["anchored"] = ground.cli("runs", "--json").json[0]["run"]
        path = ground.file("anchors.jsonl", PAYLOADS[what] + "\n")
        result = ground.cli("verify", str(ground.kept["anchored"]), "--anchor", path)
        succeeded(result.code == 0, "it was taken for an anchor")
        return "refused"

    return Attempt("anchor", what, work)


def loose(ground: Ground) -> Outcome:
    """The control: what a careless writer of JSON tells of the same values."""
    try:
        strict(json.dumps({"v": json.loads("NaN")}))
    except ValueError as error:
        succeeded(True, f"what is told is no JSON: {error}")
    return "harmless"


SET = AttackSet(
    name="JSON",
    tries="data is taken for something else, damages the journal, or makes JSON that nobody can read",
    answer="what is read as JSON is bounded and finite; what is written is what every reader takes",
    attempts=tuple(way(what) for way in (by_program, by_input, by_anchor) for what in PAYLOADS),
    controls=(Attempt("a careless writer", "not a number", loose),),
)
