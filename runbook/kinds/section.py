"""A headed block of steps.

When to use: a long procedure reads better in parts, or several steps share a condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block
from runbook.definition import Step
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import Enter, Outcome

SCHEMA = {
    "description": "The steps of the block.",
    "type": "object",
    "properties": {"steps": {"$ref": "#/$defs/steps", "description": "The steps, in order."}},
    "required": ["steps"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Spec:
    """The steps of the block."""

    steps: tuple[Step, ...]


def read(value: Any, reader: Reader) -> Spec:
    return Spec(reader.steps(value["steps"], "steps"))


def perform(spec: Spec, values: Values) -> Outcome:
    return Enter()


def describe(spec: Spec) -> Iterator[Block]:
    return iter(())


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
