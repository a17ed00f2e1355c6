"""Runs another process of the library, people's steps included, at any depth.

When to use: a piece of work that several procedures share. Its outputs become the step's outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Fact, Link
from runbook.clauses import as_written
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import Enter, Json, Outcome
from runbook.phrases import Phrase

_ID = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*$"}

SCHEMA = {
    "description": "The id of the process, `group/process`; or a mapping with its inputs.",
    "anyOf": [
        _ID,
        {
            "type": "object",
            "properties": {
                "use": {**_ID, "description": "The id of the process, `group/process`."},
                "with": {
                    "type": "object",
                    "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"},
                    "description": "Its inputs; texts may hold `{{ }}`.",
                },
                "detach": {
                    "type": "boolean",
                    "description": "`true`: it becomes a run of its own, and nobody waits for it.",
                },
                "max_depth": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 20,
                    "description": "How deep it may run inside of itself; 20 when left out.",
                },
            },
            "required": ["use"],
            "additionalProperties": False,
        },
    ],
}


@dataclass(frozen=True, slots=True)
class Spec:
    """Which process runs, with which inputs."""

    use: str
    inputs: Mapping[str, Json]
    detached: bool = False
    """True when nobody waits for it."""
    max_depth: int = 20
    """How many runs of it there may be inside of each other."""


def read(value: Any, reader: Reader) -> Spec:
    if isinstance(value, str):
        return Spec(value, {})
    inputs = reader.values(value.get("with", {}), "with")
    return Spec(value["use"], inputs, value.get("detach", False), value.get("max_depth", 20))


def perform(spec: Spec, values: Values) -> Outcome:
    return Enter(spec.use, values.value(spec.inputs), spec.detached, spec.max_depth)


def describe(spec: Spec) -> Iterator[Block]:
    yield Link(spec.use)
    for name, value in spec.inputs.items():
        yield Fact(name, as_written(value))
    if spec.detached:
        yield Fact(Phrase("Nobody waits for it"), Phrase("it is a run of its own"))


KIND = StepKind(
    key="process",
    summary="runs another process",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    example="""\
id: room
title: Make sure there is room
process: {use: storage/disk-space-check, with: {folder: "{{ inputs.folder }}"}}
""",
)
