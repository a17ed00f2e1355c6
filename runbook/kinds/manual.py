"""A person does it and says so.

When to use: whatever is not automated, or must not be. The first-class step of a procedure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Field, Form, Paragraph
from runbook.clauses import Template
from runbook.errors import Refused
from runbook.form import asked, filled, read_form
from runbook.kind import Reader, Reply, StepKind, Values
from runbook.outcome import Done, Failed, Outcome, Waiting, WaitsFor

SCHEMA = {
    "description": "What a person does, as Markdown; or a mapping with a form to fill in.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {
                "text": {"type": "string", "minLength": 1, "description": "The instruction, as Markdown."},
                "fields": {"$ref": "#/$defs/form", "description": "The form to fill in before the step is done."},
            },
            "required": ["text"],
            "additionalProperties": False,
        },
    ],
}


@dataclass(frozen=True, slots=True)
class Spec:
    """An instruction and the form that goes with it."""

    text: Template
    fields: tuple[Field, ...] = ()


def read(value: Any, reader: Reader) -> Spec:
    if isinstance(value, str):
        return Spec(reader.template(value))
    return Spec(reader.template(value["text"], "text"), read_form(value.get("fields")))


def perform(spec: Spec, values: Values) -> Outcome:
    return Waiting(WaitsFor.PERSON, asked(values.text(spec.text), spec.fields))


def describe(spec: Spec) -> Iterator[Block]:
    yield Paragraph(spec.text.source)
    if spec.fields:
        yield Form(spec.fields)


def answer(spec: Spec, reply: Reply) -> Outcome:
    match reply.outcome:
        case "done":
            return Done(filled(spec.fields, reply.fields, reply.signer, reply.deviates))
        case "failed":
            return Failed(reply.reason)
    raise Refused(f"this step can't be answered with `{reply.outcome}`", "answer `done`, `failed` or `skipped`")


KIND = StepKind(
    key="manual",
    summary="a person does it and says so",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    answer=answer,
    example="""\
id: read-gauge
title: Read the inlet gauge
manual:
  text: Read the pressure at the inlet **twice**.
  fields:
    pressure: {type: reading, unit: bar, min: 1, max: 6}
    photo: {type: file, types: [image], max_size: 5MB, required: false}
""",
)
