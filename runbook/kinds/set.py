"""Names values for later steps.

When to use: a value that several steps need and that is worked out from others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Fact
from runbook.clauses import as_written
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import Done, Json, Outcome

SCHEMA = {
    "description": "The values, by name.",
    "type": "object",
    "properties": {
        "values": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"},
            "description": "Mapping of name to value; texts may hold `{{ }}`.",
        }
    },
    "required": ["values"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Spec:
    """Values by name, with their templates."""

    values: Mapping[str, Json]


def read(value: Any, reader: Reader) -> Spec:
    return Spec(reader.values(value["values"], "values"))


def perform(spec: Spec, values: Values) -> Outcome:
    return Done(values.value(spec.values))


def describe(spec: Spec) -> Iterator[Block]:
    for name, value in spec.values.items():
        yield Fact(name, as_written(value))


KIND = StepKind(
    key="set",
    summary="names a value",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    example="""\
id: names
title: Name the copy
set:
  values: {copy: "{{ inputs.folder }}/copy"}
""",
)
