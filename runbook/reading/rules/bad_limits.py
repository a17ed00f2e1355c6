"""Limits can't be met, or say nothing about a value of that type.

Why: nothing lies between 10 and 5, so every answer would be refused; a choice without options has no answer at all.

Example:

    fields:
      pressure: {type: number, min: 6, max: 1}
      valve: {type: choice}

Instead: write the smaller number as `min`; give a choice its `options`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook.reading.rule import Finding, Subject, fields_of
from runbook.source import Path

CODE = "RB229"
NAME = "bad-limits"

_PAIRS = (("minimum", "maximum"), ("minLength", "maxLength"), ("min", "max"))
_FOR = {
    "minimum": ("integer", "number"),
    "maximum": ("integer", "number"),
    "minLength": ("string",),
    "maxLength": ("string",),
    "pattern": ("string",),
    "items": ("array",),
}
_FOR_FIELDS = {
    "min": ("integer", "number", "reading"),
    "max": ("integer", "number", "reading"),
    "options": ("choice",),
    "nominal": ("reading",),
    "tolerance": ("reading",),
    "types": ("file",),
    "max_size": ("file",),
    "pattern": ("text", "integer", "number", "boolean", "date", "choice"),
}


def check(subject: Subject) -> Iterator[Finding]:
    """Finds limits that nothing meets, and limits of values that have none."""
    for name, each in subject.process.inputs.items():
        yield from _limits(each.schema, ("inputs", name), _FOR)
    for at, field, given in fields_of(subject):
        yield from _limits({"type": "text", **given}, at, _FOR_FIELDS)
        if field.type == "choice" and "options" not in given:
            yield Finding((*at, "type"), f"the choice `{field.name}` has no options", "list them under `options`")
    for step in subject.every:
        if step.expect and step.expect.limits:
            for name, limits in subject.given(step)["expect"]["limits"].items():
                yield from _limits(limits, (*step.at, "expect", "limits", name), {})


def _limits(given: Mapping[str, Any], at: Path, types: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    for low, high in _PAIRS:
        if high in given and low in given and given[low] > given[high]:
            message = f"`{low}` ({given[low]}) is greater than `{high}` ({given[high]})"
            yield Finding((*at, low), message, "swap the two")
    wanted = given.get("type")
    for word, fitting in types.items():
        if word in given and wanted and wanted not in fitting:
            message = f"`{word}` says nothing about a value of type `{wanted}`"
            yield Finding((*at, word), message, f"leave it out, or make the type `{fitting[0]}`", key=True)
    if given.get("items"):
        yield from _limits(given["items"], (*at, "items"), types)
