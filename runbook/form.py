"""The forms people fill in: typed fields with units, limits and choices, and the check of what was given.

Rule 1: nothing is filled in for a person. Empty is refused, and so is what is out of its limits unless they say why.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from runbook.blocks import Field
from runbook.errors import ExpressionError, Refused
from runbook.kept import SHAPE, accepted, kept_file
from runbook.kind import NOBODY, Signatory
from runbook.matching import fullmatch
from runbook.measures import is_number, limits_of, number, reading
from runbook.outcome import Json
from runbook.phrases import Phrase, joined
from runbook.sizes import size_or_largest

LONGEST_ANSWER = 65_536
"""Characters one field may hold; longer text belongs in a file."""

TYPES = ("text", "number", "integer", "boolean", "date", "choice", "reading", "file", "signature")
"""The types of fields."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]{1,3})?", re.I)
_TRUE = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


class OutOfLimits(Refused):
    """A value lies outside of what its field allows; a deviation, with its reason, has it taken all the same."""


def read_form(value: Mapping[str, Any] | None) -> tuple[Field, ...]:
    """The fields of a `fields` mapping, in the order of the text."""
    return tuple(_read_field(name, given or {}) for name, given in (value or {}).items())


def _read_field(name: str, given: Mapping[str, Any]) -> Field:
    default = given.get("default")
    minimum, maximum = limits_of(given)
    tolerance = given.get("tolerance")
    return Field(
        name=name,
        title=given.get("title", name.replace("_", " ").capitalize()),
        type=given.get("type", "text"),
        required=given.get("required", True),
        unit=given.get("unit", ""),
        minimum=minimum,
        maximum=maximum,
        options=tuple(given.get("options", ())),
        default=None if default is None else as_text(default),
        pattern=given.get("pattern", ""),
        nominal="" if tolerance is None or "nominal" not in given else f"{given['nominal']} ± {tolerance}",
        types=tuple(given.get("types", ())),
        max_size=size_or_largest(given["max_size"]) if "max_size" in given else None,
    )


def asked(text: str, fields: tuple[Field, ...]) -> dict[str, Json]:
    """What a person is asked: a text, and the names of the fields that nothing but their answer can fill."""
    wanted: list[Json] = [field.name for field in fields if field.required and field.default is None]
    return {"text": text, **({"fields": wanted} if wanted else {})}


_SHAPES = (
    frozenset(SHAPE),
    frozenset((*SHAPE, "preview")),
    frozenset(("value", "unit")),
    frozenset(("by", "name", "at")),
)
"""What is recorded of a file, with or without its beginning, of a reading and of a signature."""


def is_composed(value: Json) -> bool:
    """True for a file, a reading or a signature as it is recorded."""
    return isinstance(value, Mapping) and frozenset(value) in _SHAPES


def as_text(value: Json) -> str:
    """A value as a person would type it into the form: a reading with its unit, a file or a signature by its name."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_composed(value):
        return f"{value['value']} {value['unit']}".strip() if "value" in value else str(value["name"])
    return str(value)


def filled(
    fields: tuple[Field, ...], given: Mapping[str, Json], signer: Signatory = NOBODY, deviates: bool = False
) -> dict[str, Json]:
    """The checked answers by field name; `Refused` names the first field that is not acceptable.

    What `deviates` may lie outside of its limits; it may not be empty, of another type or in another unit.
    """
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
        answers[field.name] = checked(field, value, signer, deviates)
    return answers


def beyond(fields: tuple[Field, ...], given: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    """The values outside of their limits, by field: `{value, limits}`; what is wrong otherwise is not looked at."""
    found: dict[str, dict[str, Json]] = {}
    for field in fields:
        try:
            checked(field, given.get(field.name) or "")
        except OutOfLimits:
            ends = {"min": field.minimum, "max": field.maximum, "unit": field.unit}
            value = checked(field, given[field.name], deviates=True)
            limits = {name: end for name, end in ends.items() if end not in (None, "")}
            found[field.name] = {"value": value, "limits": limits}
        except Refused:
            continue
    return found


def checked(field: Field, value: Json, signer: Signatory = NOBODY, deviates: bool = False) -> Json:
    """One answer as a value of the field's type; `Refused` says what was expected."""
    try:
        typed = _typed(field, value, signer)
    except ValueError:
        shown = as_text(value) if isinstance(value, Mapping) else value
        raise Refused(f"`{field.name}` can't be `{shown}`", f"give {expected(field)}") from None
    measured = typed["value"] if field.type == "reading" else typed
    if is_number(measured) and not deviates and not _within(field, measured):
        raise OutOfLimits(f"`{field.name}` is {as_text(typed)}, outside its limits", f"give {expected(field)}")
    if field.pattern and isinstance(typed, (str, int, float)) and not _fits(field, str(typed)):
        raise Refused(f"`{field.name}` can't be `{value}`", f"give {expected(field)}")
    return typed


def _fits(field: Field, text: str) -> bool:
    try:
        return fullmatch(field.pattern, text) is not None
    except ExpressionError as error:
        raise Refused(f"`{field.name}`: {error}", error.help) from None


def _typed(field: Field, value: Json, signer: Signatory) -> Json:
    text = str(value).strip()
    if len(text) > LONGEST_ANSWER or isinstance(value, list):
        raise ValueError
    match field.type:
        case "reading":
            return reading(field.name, field.unit, value)
        case "file":
            return kept_file(f"`{field.name}`", value, field.types, field.max_size)
        case _ if isinstance(value, dict):
            raise ValueError
        case "signature":
            return _signed(field, text, signer)
        case "integer":
            if isinstance(value, (bool, float)) or not _INTEGER.fullmatch(text):
                raise ValueError
            return int(text)
        case "number":
            if isinstance(value, bool) or not _NUMBER.fullmatch(text):
                raise ValueError
            return number(text)
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


def _signed(field: Field, text: str, signer: Signatory) -> Json:
    if not signer.names:
        raise Refused(f"`{field.name}` can't be signed for somebody else", f"let {signer.person or 'them'} answer")
    meant = {" ".join(name.split()).casefold() for name in signer.names}
    if " ".join(text.split()).casefold() not in meant:
        raise Refused(f"`{field.name}` is signed by `{text}`, and {signer.person} answers", f"type `{signer.names[0]}`")
    return {"by": signer.person, "name": " ".join(text.split()), "at": signer.at}


def _within(field: Field, value: float) -> bool:
    return not (
        (field.minimum is not None and value < field.minimum) or (field.maximum is not None and value > field.maximum)
    )


_NOUNS = {
    "integer": Phrase("a whole number"),
    "number": Phrase("a number"),
    "boolean": Phrase("yes or no"),
    "date": Phrase("a date such as 2026-11-22"),
    "reading": Phrase("a reading"),
    "file": Phrase("a file"),
    "signature": Phrase("the name of whoever answers, as their signature"),
}


def expected(field: Field) -> Phrase:
    """What the field takes, in words: `a number from 10 to 80 °C`."""
    words = _NOUNS.get(field.type, Phrase("a text"))
    if field.type == "choice":
        words = Phrase("one of {options}", options=_listed(field.options))
    if field.minimum is not None or field.maximum is not None:
        words = _between(words, field)
    elif field.unit and field.type == "reading":
        words = Phrase("{what} in {unit}", what=words, unit=field.unit)
    elif field.unit:
        words = joined((words, field.unit), " ")
    if field.nominal:
        words = joined((words, f"({field.nominal})"), " ")
    if field.pattern:
        words = Phrase("{what} that matches `{pattern}`", what=words, pattern=field.pattern)
    if file := accepted(field.types, field.max_size):
        words = joined((words, " (", file, ")"), "")
    return words


def _between(words: Phrase, field: Field) -> Phrase:
    """The words with the limits of a field, and its unit behind them."""
    least, most = (f"{end} {field.unit}".rstrip() for end in (field.minimum, field.maximum))
    if field.maximum is None:
        return Phrase("{what} of at least {minimum}", what=words, minimum=least)
    if field.minimum is None:
        return Phrase("{what} of at most {maximum}", what=words, maximum=most)
    return Phrase("{what} from {minimum} to {maximum}", what=words, minimum=field.minimum, maximum=most)


def _listed(words: Any) -> str:
    return ", ".join(f"`{word}`" for word in words) or "none"
