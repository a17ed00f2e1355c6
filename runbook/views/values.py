"""What a value has to be, in words for a table: the type, the limits, the choices."""

from __future__ import annotations

import json
from collections.abc import Mapping

from runbook.blocks import Field
from runbook.clauses import Input
from runbook.kept import accepted
from runbook.outcome import Json
from runbook.phrases import Phrase, Say, english, said
from runbook.views.markdown import NOTHING, Markdown, code, listed, plain

_NOUNS = {
    "array": Phrase("list"),
    "boolean": Phrase("true or false"),
    "choice": "",
    "integer": Phrase("whole number"),
    "number": Phrase("number"),
    "object": Phrase("mapping"),
    "string": Phrase("text"),
}

_FIELD_NOUNS = {
    "boolean": Phrase("yes or no"),
    "date": Phrase("date, such as 2026-11-22"),
    "file": Phrase("file"),
    "reading": Phrase("reading"),
    "signature": Phrase("name of whoever answers, as their signature"),
    "text": Phrase("text"),
}


def input_takes(given: Input, say: Say = english) -> Markdown:
    """What an input accepts."""
    schema = given.schema
    words = [_noun(str(schema.get("type", "")), say)]
    if "enum" in schema:
        words = [listed([as_code(each) for each in schema["enum"]], "or", say)]
    words.append(_range(schema.get("minimum"), schema.get("maximum"), say))
    words.append(_range(schema.get("minLength"), schema.get("maxLength"), say, Phrase("characters")))
    if "pattern" in schema:
        words.append(Markdown(say("matching {pattern}", pattern=code(schema["pattern"]))))
    if isinstance(items := schema.get("items"), Mapping) and "type" in items:
        words.append(Markdown(say("of {noun}", noun=_noun(items["type"], say))))
    return _joined(words)


def field_takes(field: Field, say: Say = english) -> Markdown:
    """What a field of a form accepts."""
    noun = _FIELD_NOUNS.get(field.type)
    words = [Markdown(said(noun, say)) if noun else _noun(field.type, say)]
    if field.options:
        words = [listed([code(each) for each in field.options], "or", say)]
    words.append(_range(field.minimum, field.maximum, say, field.unit))
    words += [plain(said(each, say)) for each in (field.nominal, accepted(field.types, field.max_size)) if each]
    if field.pattern:
        words.append(Markdown(say("matching {pattern}", pattern=code(field.pattern))))
    return _joined(words)


def as_code(value: Json) -> Markdown:
    """A value as it is written down."""
    return code(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _noun(type: str, say: Say) -> Markdown:
    return Markdown(said(_NOUNS[type], say)) if type in _NOUNS else plain(type)


def _range(minimum: float | None, maximum: float | None, say: Say, unit: str = "") -> Markdown:
    """Limits with their unit; a unit of ours is none without them."""
    after = f" {plain(said(unit, say))}" if unit else ""
    if minimum is not None and maximum is not None:
        return Markdown(say("{minimum} to {maximum}", minimum=minimum, maximum=f"{maximum}{after}"))
    if minimum is not None:
        return Markdown(say("at least {minimum}", minimum=f"{minimum}{after}"))
    if maximum is not None:
        return Markdown(say("at most {maximum}", maximum=f"{maximum}{after}"))
    return Markdown(say("in {unit}", unit=plain(unit))) if unit and not isinstance(unit, Phrase) else NOTHING


def _joined(words: list[Markdown]) -> Markdown:
    return Markdown(", ".join(str(word) for word in words if word))
