"""Looks again and again until what it expects holds: the step that proves something.

When to use: after a change that takes effect in a while, and wherever a result must be shown, not assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Fact
from runbook.clauses import Foreach
from runbook.durations import in_words
from runbook.errors import ExpressionError
from runbook.kind import Reader, StepKind, Values
from runbook.kinds import command, http, python, shell, sql, ssh
from runbook.outcome import Outcome
from runbook.phrases import Phrase

_INNER: dict[str, Any] = {
    "shell": shell,
    "command": command,
    "python": python,
    "http": http,
    "sql": sql,
    "ssh": ssh,
}
"""The kinds that can look, each a module."""

SCHEMA = {
    "description": "What is looked at, how often, and for how long.",
    "type": "object",
    "properties": {
        **{key: {**each.SCHEMA, "description": f"What looks: {each.KIND.summary}."} for key, each in _INNER.items()},
        "every": {"$ref": "#/$defs/duration", "description": "Pause between two looks; 5s when left out."},
        "within": {"$ref": "#/$defs/duration", "description": "How long it keeps looking; once when left out."},
    },
    "oneOf": [{"required": [key]} for key in _INNER],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Spec:
    """What looks (a kind and its spec), every so many seconds, within so many."""

    inner: str
    look: Any
    every: float
    within: float | None


def read(value: Any, reader: Reader) -> Spec:
    inner = next(key for key in _INNER if key in value)
    look = _INNER[inner].read(value[inner], reader.below(inner))
    if _changes(look):
        what = f"this `{inner}` changes something, and a `verify` is repeated until it holds"
        reader.mind(ExpressionError(what, "change it in a step of its own, before the one that looks"), inner)
    within = reader.duration(value["within"], "within") if "within" in value else None
    every = reader.duration(value["every"], "every") if "every" in value else 5.0
    return Spec(inner, look, every, within)


def _changes(look: Any) -> bool:
    """True for what says of itself that it changes something. What is sent by POST may be a question."""
    match look:
        case http.Spec():
            return look.method in ("PUT", "PATCH", "DELETE")
        case sql.Spec():
            return not sql.only_looks(look)
    return False


def perform(spec: Spec, values: Values) -> Outcome:
    outcome: Outcome = _INNER[spec.inner].perform(spec.look, values)
    return outcome


def turns(spec: Spec) -> Foreach | None:
    """What it looks at once for each of."""
    inner: StepKind = _INNER[spec.inner].KIND
    return inner.turns(spec.look) if inner.turns else None


def describe(spec: Spec) -> Iterator[Block]:
    yield from _INNER[spec.inner].describe(spec.look)
    if spec.within is not None:
        every, within = in_words(spec.every), in_words(spec.within)
        yield Fact(Phrase("Looks"), Phrase("every {every}, for at most {within}", every=every, within=within))


KIND = StepKind(
    key="verify",
    summary="looks until it holds",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    turns=turns,
    read_only=True,
    example="""\
id: answers
title: Wait until the service answers
verify:
  command: [python3, -c, "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health')"]
  every: 2s
  within: 1m
""",
)
