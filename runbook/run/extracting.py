"""Named values cut out of what a program left, or out of a form: where each is, of which type, how large.

Rule 1: a value that is not there, or is not what its author says it is, is an error that shows what was there instead.
Rule 2: everything that a program wrote is bounded here, before the journal has it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runbook.clauses import Output
from runbook.definition import Step
from runbook.errors import ExpressionError, Refused
from runbook.form import as_text
from runbook.inputs import finite
from runbook.json_path import find
from runbook.kind import Values
from runbook.matching import every
from runbook.outcome import Finished, Json, Taken
from runbook.outputs import gives_several
from runbook.run.tables import picked
from runbook.sizes import in_words

MOST_MATCHES = 10_000
"""Matches of one regular expression that are taken."""

DEEPEST_OUTPUT = 64
"""Levels of lists and mappings in output that is read as JSON."""

PREVIEW = 1_000
"""Characters of a kept output that the journal has as well, from its beginning."""

_PARSED = ("json", "list", "mapping")
"""The types of what is read as JSON."""

_SHOWN = 80
"""Characters of what was there that an error shows."""


def output_of(name: str, output: Output, finished: Finished, values: Values, taken: Mapping[str, Taken]) -> Json:
    """One output of a program that has ended; an `ExpressionError` says why there is none."""
    found = taken.get(name)
    if output.kept and found and found.file:
        return dict(found.file)
    if output.kept and not (found and found.why):  # it is empty, or pasted by somebody
        return without_file(to_keep(name, output, text_of(name, output, finished, taken), values))
    if output.source == "exit_code":
        return typed(name, finished.exit_code, output.type)
    text = text_of(name, output, finished, taken)
    try:
        value = _cut(name, output, text, values)
    except ExpressionError as error:
        where = output.source if output.path is None else f"`{values.text(output.path)}`"
        dropped = f" ({finished.dropped} bytes of it were dropped)" if finished.dropped else ""
        raise ExpressionError(f"output `{name}`: {error}; {where} {beginning(text)}{dropped}") from None
    return checked_size(name, output, typed_all(name, output, value))


def text_of(name: str, output: Output, finished: Finished, taken: Mapping[str, Taken]) -> str:
    """The whole text that an output is cut out of."""
    if name in taken and taken[name].why:
        raise ExpressionError(f"output `{name}`: {taken[name].why}")
    if output.source == "file":
        if name not in taken:
            raise ExpressionError(f"output `{name}`: nobody has read the file")
        return taken[name].text
    return finished.stderr if output.source == "stderr" else finished.stdout


def to_keep(name: str, output: Output, text: str, values: Values) -> str:
    """What of a text is kept as a file."""
    found = _cut(name, output, text, values) if output.regex is not None or output.json is not None else text
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, indent=1)


def without_file(text: str) -> dict[str, Json]:
    """The value of a kept output where nobody has kept the file: a person pasted it, or stated it."""
    return {"preview": text[:PREVIEW]}


def _cut(name: str, output: Output, text: str, values: Values) -> Json:
    """What of a text is meant, as it stands there."""
    if output.table is not None:
        where = {column: values.text(wanted).strip() for column, wanted in output.table.where.items()}
        rows, one = picked(output.table, text, where, output.all)
        cells: list[Json] = [row[output.table.column] for row in rows] if output.table.column else list(rows)
        if output.regex is not None:
            cells = [_matched(replace(output, all=False), cell)[0] for cell in cells]
        return cells[0] if one else cells
    if output.regex is not None:
        matches = _matched(output, text)
        if output.all:
            return [parsed(each) for each in matches] if output.type in _PARSED else matches
        text = matches[0]
    if output.json is not None:
        return find(output.json, parsed(text))
    return parsed(text) if output.type in _PARSED else text.strip()


def _matched(output: Output, text: str) -> list[str]:
    """What a regular expression takes of a text: once, or each time."""
    assert output.regex is not None
    found: list[str] = []
    for match in every(output.regex, text, re.M):
        group: str | int = 1 if match.re.groups else 0
        if output.group:
            group = int(output.group) if output.group.isdecimal() else output.group
        found.append(match[group] or "")
        if not output.all:
            break
        if len(found) > MOST_MATCHES:
            raise ExpressionError(f"more than {MOST_MATCHES} places match `{output.regex}`")
    if not found and not output.all:
        raise ExpressionError(f"nothing in it matches `{output.regex}`")
    return found


def beginning(text: str) -> str:
    """How a text begins, on one line, for an error."""
    shown = " ".join(text[: 4 * _SHOWN].split())
    if not shown:
        return "is empty"
    return f"begins with `{shown[:_SHOWN]}...`" if len(shown) > _SHOWN or len(text) > 4 * _SHOWN else f"is `{shown}`"


def checked_size(name: str, output: Output, value: Json) -> Json:
    """The value, when it is small enough for the journal."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    size = len(text.encode("utf-8", "replace"))
    if size > output.max_size:
        raise ExpressionError(
            f"output `{name}` has {in_words(size)}, and the journal keeps at most {in_words(output.max_size)} of it:"
            " take a part, or write `keep: evidence`"
        )
    return value


# -- what people state ------------------------------------------------------------------------------


def form_outputs(step: Step, answers: Mapping[str, Json]) -> dict[str, Json]:
    """The outputs of a step of a person: what its form gives, under other names, or as another type."""
    found: dict[str, Json] = {}
    for name, output in step.outputs.items():
        if output.field in answers:
            value = answers[output.field]
            if output.type != "json":
                composed = isinstance(value, Mapping)
                plain = value["value"] if composed and "value" in value else as_text(value) if composed else value
                value = typed(name, plain, output.type)
            found[name] = value
    return found


def stated(name: str, output: Output, value: Any) -> Json:
    """An output as a person states it, who has seen what the program wrote."""
    if output.kept:
        return without_file(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    if gives_several(output):
        given = parsed(value) if isinstance(value, str) else value
        if not isinstance(given, list):
            raise ExpressionError(f"output `{name}` is a list")
        return typed_all(name, output, given)
    if output.type in _PARSED and isinstance(value, str):
        value = parsed(value)
    return value if output.type == "json" else typed(name, value, output.type)


def stated_outputs(step: Step, given: Mapping[str, Json]) -> dict[str, Json]:
    """The outputs that a person states for a program whose end nobody saw; `Refused` when one can't be right."""
    for name in given:
        if name not in step.outputs:
            listed = ", ".join(f"`{known}`" for known in step.outputs) or "none"
            raise Refused(f"`{name}` is not an output of `{step.id}`", f"its outputs are {listed}")
    try:
        return {name: stated(name, step.outputs[name], value) for name, value in given.items()}
    except ExpressionError as error:
        raise Refused(str(error), "give a value of that type") from None


# -- types ------------------------------------------------------------------------------------------


def typed_all(name: str, output: Output, value: Json) -> Json:
    """A value as its author named it; of several, each one."""
    if output.type == "json":
        return value
    if gives_several(output) and isinstance(value, list):
        return [typed(name, each, output.type) for each in value]
    return typed(name, value, output.type)


def typed(name: str, value: Json, type: str) -> Json:
    """A value as the type its author named; an error names the output."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    try:
        match type:
            case "integer" | "number" if "_" in text:  # Python's way to group digits, and nobody else's
                raise ValueError
            case "integer":
                return int(text)
            case "number":
                return finite(text)
            case "boolean":
                return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[text.lower()]
            case "lines":
                return text.splitlines()
            case "list" | "mapping":
                if not isinstance(value, list if type == "list" else dict):
                    raise ValueError
                return value
    except (ValueError, KeyError):
        shown = text if len(text) <= 60 else text[:57] + "..."
        raise ExpressionError(f"output `{name}` is `{shown}`, which is not of type {type}") from None
    return text


def parsed(text: str) -> Json:
    """A text as JSON."""
    try:
        value = json.loads(text, parse_constant=finite, parse_float=finite)
    except (ValueError, RecursionError):
        raise ExpressionError("it is not JSON") from None
    if "\\ud" in text.lower():  # half a character can't be written anywhere: as in other output, it is replaced
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    if not _shallow(value):
        raise ExpressionError(f"it is JSON of more than {DEEPEST_OUTPUT} levels")
    return value


def _shallow(value: Json) -> bool:
    level = [value]
    for _ in range(DEEPEST_OUTPUT):
        inner = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, (dict, list)))
        level = [each for several in inner for each in several]
        if not level:
            return True
    return False
