"""The process ends here; whatever else is under way in it is withdrawn.

When to use: one way through a procedure is over before the others, or has found what makes the rest pointless.
It stands among the steps; not in `finally`, nor in what is done about a failure, a cancellation or a delay: there the
process has its end already.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Fact
from runbook.clauses import Template
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import End, Outcome
from runbook.phrases import Phrase, joined

_WORDS = ("succeeded", "failed")

SCHEMA = {
    "description": "How the process ends: `succeeded`, or `failed`; or a mapping with a reason.",
    "anyOf": [
        {"enum": list(_WORDS)},
        {
            "type": "object",
            "properties": {
                "as": {"enum": list(_WORDS), "description": "How it ends: `succeeded` or `failed`."},
                "reason": {"type": "string", "minLength": 1, "description": "Why; it may hold `{{ }}`."},
            },
            "required": ["as"],
            "additionalProperties": False,
        },
    ],
}


@dataclass(frozen=True, slots=True)
class Spec:
    """How the process ends, and why."""

    succeeded: bool
    reason: Template


def read(value: Any, reader: Reader) -> Spec:
    given: dict[str, Any] = {"as": value} if isinstance(value, str) else value
    return Spec(given["as"] == "succeeded", reader.template(given.get("reason", ""), "reason"))


def perform(spec: Spec, values: Values) -> Outcome:
    return End("" if spec.succeeded else values.text(spec.reason) or "it ended so")


def describe(spec: Spec) -> Iterator[Block]:
    how = Phrase("succeeded") if spec.succeeded else Phrase("failed")
    yield Fact(Phrase("The process ends"), joined((how, spec.reason.source), ": ") if spec.reason.source else how)


KIND = StepKind(
    key="end",
    summary="ends the process",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    example="""\
id: nothing-to-do
title: There is nothing to do
end: {as: succeeded, reason: The server is patched already.}
""",
)
