"""A headed block of steps.

When to use: a long procedure reads better in parts, several steps share a condition, or their order is free.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Fact
from runbook.definition import Step
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import Enter, Outcome
from runbook.phrases import Phrase

SCHEMA = {
    "description": "The steps of the block.",
    "type": "object",
    "properties": {
        "steps": {"$ref": "#/$defs/steps", "description": "The steps, in order."},
        "order": {
            "enum": ["written", "any"],
            "description": "`any`: in any order, one at a time; a step has to wait only for those in its `needs`.",
        },
    },
    "required": ["steps"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Spec:
    """The steps of the block."""

    steps: tuple[Step, ...]
    any_order: bool = False
    """True when they are done one at a time, in whichever order."""


def read(value: Any, reader: Reader) -> Spec:
    any_order = value.get("order") == "any"
    return Spec(reader.steps(value["steps"], "steps", in_turn=not any_order), any_order)


def perform(spec: Spec, values: Values) -> Outcome:
    return Enter()


def describe(spec: Spec) -> Iterator[Block]:
    if spec.any_order:
        yield Fact(Phrase("Order"), Phrase("any, one at a time"))


KIND = StepKind(
    key="section",
    summary="a block of steps",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    example="""\
id: preparation
title: Prepare
section:
  steps:
    - {id: tell, title: Tell the service desk, manual: Call 4711.}
    - {id: pause, title: Let them react, wait: 1m}
""",
)
