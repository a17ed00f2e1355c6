"""The forms people fill in: typed fields with units, limits and choices, and the check of what was given."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Any

from runbook.blocks import Field
from runbook.errors import Refused
from runbook.outcome import Json

LONGEST_ANSWER = 65_536
"""Characters one field may hold; longer text belongs in a file."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]{1,3})?", re.I)
_TRUE = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


def read_form(value: Mapping[str, Any] | None) -> tuple[Field, ...]:
    """The fields of a `fields` mapping, in the order of the text."""
    return tuple(_read_field(name, given or {}) for name, given in (value or {}).items())


def _read_field(name: str, given: Mapping[str, Any]) -> Field:
    default = given.get("default")
    return Field(
        name=name,
        title=given.get("title", name.replace("_", " ").capitalize()),
        type=given.get("type", "text"),
        required=given.get("required", True),
        unit=given.get("unit", ""),
        minimum=given.get("min"),
        maximum=given.get("max"),
        options=tuple(given.get("options", ())),
        default=None if default is None else as_text(default),
        pattern=given.get("pattern", ""),
    )


def asked(text: str, fields: tuple[Field, ...]) -> dict[str, Json]:
    """What a person is asked: a text, and the names of the fields that nothing but their answer can fill."""
    wanted: list[Json] = [field.name for field in fields if field.required and field.default is None]
    return {"text": text, **({"fields": wanted} if wanted else {})}


def as_text(value: Json) -> str:
    """A value as a person would type it into the form."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def filled(fields: tuple[Field, ...], given: Mapping[str, Json]) -> dict[str, Json]:
    """The checked answers by field name; `Refused` names the first field that is not acceptable."""
    known = {field.name for field in fields}
    for name in given:
        if name not in known:
            raise Refused(f"`{name}` is not a field of this form", f"its fields are {_listed(known)}")
    answers: dict[str, Json] = {}
    for field in fields:
        value = given.get(field.name)
        if value is None or (isinstance(value, str) and not value.strip()):
            value = field.default
        if value is None:
            if field.required:
                raise Refused(f"`{field.name}` ({field.title}) must be filled in", f"give {expected(field)}")
            continue
        answers[field.name] = checked(field, value)
    return answers


def checked(field: Field, value: Json) -> Json:
    """One answer as a value of the field's type; `Refused` says what was expected."""
    try:
        typed = _typed(field, value)
    except ValueError:
        raise Refused(f"`{field.name}` can't be `{value}`", f"give {expected(field)}") from None
    if isinstance(typed, (int, float)) and not isinstance(typed, bool) and not _within(field, typed):
        raise Refused(f"`{field.name}` is {value}, outside its limits", f"give {expected(field)}")
    if field.pattern and not re.fullmatch(field.pattern, str(typed)):
        raise Refused(f"`{field.name}` can't be `{value}`", f"give {expected(field)}")
    return typed


def _typed(field: Field, value: Json) -> Json:
    text = str(value).strip()
    if len(text) > LONGEST_ANSWER or isinstance(value, (list, dict)):
        raise ValueError
    match field.type:
        case "integer":
            if isinstance(value, (bool, float)) or not _INTEGER.fullmatch(text):
                raise ValueError
            return int(text)
        case "number":
            if isinstance(value, bool) or not _NUMBER.fullmatch(text):
                raise ValueError
            number = int(text) if _INTEGER.fullmatch(text) else float(text)
            if abs(number) == math.inf:
                raise ValueError
            return number
        case "boolean":
            if isinstance(value, bool):
                return value
            if text.lower() not in _TRUE:
                raise ValueError
            return _TRUE[text.lower()]
        case "date":
            return datetime.date.fromisoformat(text).isoformat()
        case "choice":
            if text not in field.options:
                raise ValueError
            return text
        case _:
            if isinstance(value, bool):
                return as_text(value)
            return text


def _within(field: Field, number: float) -> bool:
    return not (
        (field.minimum is not None and number < field.minimum) or (field.maximum is not None and number > field.maximum)
    )


def expected(field: Field) -> str:
    """What the field takes, in words: `a number from 10 to 80 °C`."""
    noun = {
        "integer": "a whole number",
        "number": "a number",
        "boolean": "yes or no",
        "date": "a date such as 2026-11-22",
        "choice": "one of " + _listed(field.options),
    }.get(field.type, "a text")
    limits = {
        (True, True): f" from {field.minimum} to {field.maximum}",
        (True, False): f" of at least {field.minimum}",
        (False, True): f" of at most {field.maximum}",
        (False, False): "",
    }[field.minimum is not None, field.maximum is not None]
    pattern = f" that matches `{field.pattern}`" if field.pattern else ""
    return noun + limits + (f" {field.unit}" if field.unit else "") + pattern


def _listed(words: Any) -> str:
    return ", ".join(f"`{word}`" for word in words) or "none"
