"""A question whose answers later steps use.

When to use: a value that only a person knows, and only now. What is known at the start is an input.
"""

from __future__ import annotations

from typing import Any

from runbook.clauses import Template
from runbook.form import read_form
from runbook.kind import Reader, StepKind
from runbook.kinds.manual import Spec, answer, describe, perform
from runbook.phrases import Phrase

SCHEMA = {
    "description": "The question; or a mapping with the form to fill in.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {
                "text": {"type": "string", "minLength": 1, "description": "What is asked, as Markdown."},
                "fields": {"$ref": "#/$defs/form", "description": "The answers wanted."},
            },
            "required": ["fields"],
            "additionalProperties": False,
        },
    ],
}


def read(value: Any, reader: Reader) -> Spec:
    if isinstance(value, str):
        return Spec(reader.template(value), read_form({"answer": {"title": Phrase("Answer")}}))
    text = reader.template(value["text"], "text") if "text" in value else Template("", ())
    return Spec(text, read_form(value["fields"]))


KIND = StepKind(
    key="ask",
    summary="a question whose answer later steps use",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    answer=answer,
    example="""\
id: which-release
title: Name the release
ask:
  text: Which release goes out?
  fields:
    release: {pattern: 'v[0-9]+\\.[0-9]+'}
    announce: {type: boolean, default: true}
""",
)
