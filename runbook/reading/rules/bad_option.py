"""One of the values to choose from is not a value that the input would take.

Why: it is offered, and whoever chooses it is refused.

Example:

    inputs:
      port: {type: integer, enum: [80, "443"]}

Instead: write it as the type asks for: `enum: [80, 443]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook.inputs import flaw
from runbook.outcome import Json
from runbook.patterns import wrong_with
from runbook.reading.rule import Finding, Subject

CODE = "RB243"
NAME = "bad-option"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds options of inputs that their own limits refuse."""
    for name, each in subject.process.inputs.items():
        for place, option in enumerate(each.schema.get("enum", ())):
            if problem := flaw_of_option(each.schema, option):
                message = f"`{option}` {problem}"
                yield Finding(("inputs", name, "enum", place), message, "write it as the input's type asks for")


def flaw_of_option(schema: Mapping[str, Any], option: Json) -> str:
    """What is wrong with a value to choose from, under the other words of the schema; empty when nothing is."""
    if wrong_with(str(schema.get("pattern", ""))):
        return ""
    return flaw({word: value for word, value in schema.items() if word != "enum"}, option)
