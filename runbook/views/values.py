"""What a value has to be, in words for a table: the type, the limits, the choices."""

from __future__ import annotations

import json
from collections.abc import Mapping

from runbook.blocks import Field
from runbook.clauses import Input
from runbook.kept import accepted
from runbook.outcome import Json
from runbook.views.markdown import NOTHING, Markdown, code, listed, plain

_NOUNS = {
    "array": "list",
    "boolean": "true or false",
    "choice": "",
    "integer": "whole number",
    "object": "mapping",
    "string": "text",
}

_FIELD_NOUNS = {
    "boolean": "yes or no",
    "date": "date, such as 2026-11-22",
    "signature": "name of whoever answers, as their signature",
}


def input_takes(given: Input) -> Markdown:
    """What an input accepts."""
    schema = given.schema
    noun = str(schema.get("type", ""))
    words = [Markdown(_NOUNS.get(noun, str(plain(noun))))]
    if "enum" in schema:
        words = [listed([as_code(each) for each in schema["enum"]], "or")]
    words.append(_range(schema.get("minimum"), schema.get("maximum")))
    words.append(_range(schema.get("minLength"), schema.get("maxLength"), "characters"))
    if "pattern" in schema:
        words.append(Markdown(f"matching {code(schema['pattern'])}"))
    if isinstance(items := schema.get("items"), Mapping) and "type" in items:
        words.append(Markdown(f"of {_NOUNS.get(items['type'], plain(items['type']))}"))
    return _joined(words)


def field_takes(field: Field) -> Markdown:
    """What a field of a form accepts."""
    words = [Markdown(_FIELD_NOUNS.get(field.type) or _noun(field.type))]
    if field.options:
        words = [listed([code(each) for each in field.options], "or")]
    words.append(_range(field.minimum, field.maximum, field.unit))
    words += [plain(each) for each in (field.nominal, accepted(field.types, field.max_size)) if each]
    if field.pattern:
        words.append(Markdown(f"matching {code(field.pattern)}"))
    return _joined(words)


def as_code(value: Json) -> Markdown:
    """A value as it is written down."""
    return code(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _noun(type: str) -> str:
    return _NOUNS.get(type, str(plain(type)))


def _range(minimum: float | None, maximum: float | None, unit: str = "") -> Markdown:
    after = f" {plain(unit)}" if unit else ""
    if minimum is not None and maximum is not None:
        return Markdown(f"{minimum} to {maximum}{after}")
    if minimum is not None:
        return Markdown(f"at least {minimum}{after}")
    if maximum is not None:
        return Markdown(f"at most {maximum}{after}")
    return Markdown(f"in{after}") if unit and unit != "characters" else NOTHING


def _joined(words: list[Markdown]) -> Markdown:
    return Markdown(", ".join(str(word) for word in words if word))
