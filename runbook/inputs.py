"""What a process is started with: values given by people or by a parent, checked and completed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from runbook.clauses import Input
from runbook.definition import Process
from runbook.diagnostics import suggestion
from runbook.errors import ExpressionError, Misuse
from runbook.matching import search
from runbook.outcome import Json
from runbook.phrases import Phrase

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
_NOUNS = {
    "string": Phrase("a text"),
    "integer": Phrase("a whole number"),
    "number": Phrase("a number"),
    "boolean": Phrase("true or false"),
    "array": Phrase("a list"),
    "object": Phrase("a mapping"),
}
_AS_JSON = {"array": '["a", "b"]', "object": '{"a": 1}'}


def checked_inputs(process: Process, given: Mapping[str, Json]) -> dict[str, Json]:
    """Every input of the process with its value; `Misuse` names the first that is not acceptable."""
    for name in given:
        if name not in process.inputs:
            listed = ", ".join(f"`{known}`" for known in process.inputs) or "none"
            raise Misuse(
                f"`{name}` is not an input of {process.id}",
                suggestion(name, process.inputs, f"its inputs are {listed}"),
            )
    values: dict[str, Json] = {}
    for name, each in process.inputs.items():
        if name in given:
            problem = flaw(each.schema, given[name]) or halved(given[name])
            if problem:
                as_json = _AS_JSON.get(each.schema.get("type", "")) if isinstance(given[name], str) else None
                help = f"give {described(each)}" + (f" as JSON: -i {name}='{as_json}'" if as_json else "")
                raise Misuse(f"input `{name}` of {process.id} {problem}", help)
            values[name] = given[name]
        elif each.required:
            raise Misuse(f"input `{name}` of {process.id} is missing", f"add `-i {name}=...`: {described(each)}")
        else:
            values[name] = each.default
    return values


def flaw(schema: Mapping[str, Any], value: Json) -> str:
    """What is wrong with a value under an input's schema, as the end of a sentence; empty when nothing is."""
    wanted = schema.get("type")
    if wanted and (not isinstance(value, _TYPES[wanted]) or (isinstance(value, bool) and wanted != "boolean")):
        return f"is not {_NOUNS[wanted]}"
    if "enum" in schema and value not in schema["enum"]:
        return f"is none of {', '.join(f'`{each}`' for each in schema['enum'])}"
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            return f"is shorter than {schema['minLength']} characters"
        if len(value) > schema.get("maxLength", 65_536):
            return f"is longer than {schema.get('maxLength', 65_536)} characters"
        return _unlike(schema["pattern"], value) if "pattern" in schema else ""
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if "minimum" in schema and value < schema["minimum"]:
            return f"is below {schema['minimum']}"
        if "maximum" in schema and value > schema["maximum"]:
            return f"is above {schema['maximum']}"
    elif isinstance(value, list) and "items" in schema:
        for number, each in enumerate(value, 1):
            problem = flaw(schema["items"], each)
            if problem:
                return f"has an item ({number}) that {problem}"
    return ""


def halved(value: Json) -> str:
    """What is wrong with a text, anywhere in the value, that no program can be handed and no file can hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return "holds half a character"
    return ""


def _unlike(pattern: str, value: str) -> str:
    try:
        return "" if search(pattern, value) else f"does not match `{pattern}`"
    except ExpressionError as error:
        return f"can't be checked: {error}"


def from_text(process: Process, name: str, text: str) -> Json:
    """The value that `-i name=text` means: text as it stands for texts, JSON for everything else."""
    each = process.inputs.get(name)
    wanted = each.schema.get("type", "string") if each else "string"
    if wanted == "string":
        return text
    if wanted == "boolean" and text.lower() in ("yes", "no"):
        return text.lower() == "yes"
    return json_or_text(text)


def json_or_text(text: str) -> Json:
    """The JSON that was meant, where it is JSON that a journal can keep, and else the text."""
    try:
        return json.loads(text, parse_constant=finite, parse_float=finite)
    except (ValueError, RecursionError):
        return text


def finite(word: str) -> float:
    """A number of JSON; `ValueError` for what no journal can hold: one past all limits, or not a number at all."""
    number = float(word)
    if not math.isfinite(number):
        raise ValueError(word)
    return number


def described(each: Input) -> Phrase:
    """What an input takes, in words: `a whole number of at least 1 and at most 65535`."""
    schema = each.schema
    words = _NOUNS[schema.get("type", "string")]
    if "enum" in schema:
        words = Phrase("one of {options}", options=", ".join(f"`{option}`" for option in schema["enum"]))
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        words = Phrase("{what} of at least {minimum} and at most {maximum}", what=words, minimum=least, maximum=most)
    elif least is not None:
        words = Phrase("{what} of at least {minimum}", what=words, minimum=least)
    elif most is not None:
        words = Phrase("{what} of at most {maximum}", what=words, maximum=most)
    if "pattern" in schema:
        words = Phrase("{what} that matches `{pattern}`", what=words, pattern=schema["pattern"])
    return words
