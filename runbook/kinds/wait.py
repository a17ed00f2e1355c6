"""Waits for a while, until a time, or for a signal; holds nothing meanwhile.

When to use: a cool-down, a maintenance window, something another system will announce.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Fact
from runbook.clauses import Template
from runbook.durations import in_words
from runbook.errors import ExpressionError
from runbook.instants import moment
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import Done, Failed, Outcome, Waiting, WaitsFor
from runbook.phrases import Phrase

SCHEMA = {
    "description": "A duration; or a mapping with one of `for`, `until`, `signal`.",
    "anyOf": [
        {"$ref": "#/$defs/duration"},
        {
            "type": "object",
            "properties": {
                "for": {"$ref": "#/$defs/duration", "description": "How long."},
                "until": {"type": "string", "minLength": 1, "description": "A time, ISO 8601; UTC without a zone."},
                "signal": {"$ref": "#/$defs/id", "description": "A name given with `runbook signal`."},
                "kept": {
                    "type": "boolean",
                    "description": "`false`: a signal that came before the step was reached does not count.",
                },
            },
            "oneOf": [{"required": ["for"]}, {"required": ["until"]}, {"required": ["signal"]}],
            "additionalProperties": False,
        },
    ],
}


@dataclass(frozen=True, slots=True)
class Spec:
    """Exactly one of: seconds, a time, a signal's name."""

    seconds: float | None = None
    until: Template | None = None
    signal: str | None = None
    kept: bool = True


def read(value: Any, reader: Reader) -> Spec:
    if not isinstance(value, dict):
        return Spec(seconds=reader.duration(value))
    if "for" in value:
        return Spec(seconds=reader.duration(value["for"], "for"))
    if "until" in value:
        return Spec(until=reader.template(value["until"], "until"))
    return Spec(signal=value["signal"], kept=value.get("kept", True))


def perform(spec: Spec, values: Values) -> Outcome:
    if spec.until:
        try:
            return Waiting(WaitsFor.TIME, until=moment(values.text(spec.until)))
        except ExpressionError as error:
            return Failed(str(error))
    if spec.signal:
        return Waiting(WaitsFor.SIGNAL, signals=(spec.signal,), kept=spec.kept)
    return Waiting(WaitsFor.TIME, seconds=spec.seconds)


def describe(spec: Spec) -> Iterator[Block]:
    if spec.until:
        yield Fact(Phrase("Waits until"), spec.until.source)
    elif spec.signal:
        yield Fact(
            Phrase("Waits for the signal"),
            spec.signal if spec.kept else Phrase("{signal}, from then on", signal=spec.signal),
        )
    elif spec.seconds is not None:
        yield Fact(Phrase("Waits"), in_words(spec.seconds))


def wake(spec: Spec, signal: str) -> Outcome:
    return Done()


KIND = StepKind(
    key="wait",
    summary="waits for a time or a signal",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    wake=wake,
    example="""\
id: settle
title: Let the caches warm up
wait: 10m
""",
)
