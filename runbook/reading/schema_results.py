"""The shape of what must hold of a step's result, and of the values that it hands on."""

from __future__ import annotations

from typing import Any

from runbook.reading.schema_words import Schema, choice, closed, list_of, one_or_list, text, text_like
from runbook.sizes import SIZE

TYPES = ("text", "integer", "number", "boolean", "lines", "json", "list", "mapping")
"""What a named value can be."""

_CODES = {"type": "integer", "minimum": 0, "maximum": 255}


def results() -> Schema:
    """The definitions that steps refer to: `expect` and `output`."""
    return {"expect": _expect(), "output": _output()}


def _expect() -> Schema:
    number = {"type": "number"}
    limits = {
        "min": {**number, "description": "The least it may be."},
        "max": {**number, "description": "The most it may be."},
    }
    expect = {
        "exit_code": one_or_list(_CODES, "The exit code, or a list of those that are fine; 0 when left out."),
        "contains": {"$ref": "#/$defs/texts", "description": "What must stand in stdout."},
        "matches": {"$ref": "#/$defs/texts", "description": "Regular expressions that stdout must match."},
        "json": {"type": "object", "description": "Values expected in stdout as JSON, by path: `items[0].name`."},
        "limits": {
            "type": "object",
            "additionalProperties": closed(limits, "The range, ends included."),
            "description": "The ranges that outputs must lie in, by output.",
        },
        "that": {
            "$ref": "#/$defs/texts",
            "description": "Expressions over `outputs`, `exit_code`, `stdout`, `stderr`.",
        },
    }
    return closed(expect, "What must hold of the result before the step counts as done.")


def _output() -> Schema:
    output = {
        "from": choice(("stdout", "stderr", "exit_code", "file"), "Where it comes from; `stdout` when left out."),
        "path": text("With `from: file`: the file that the program writes, below the project's folder."),
        "field": {"$ref": "#/$defs/name", "description": "At a step of a person: the field of its form."},
        "json": text("A path into it as JSON: `items[0].name`, `items.0.name`; with `[*]`, a list."),
        "regex": text("A regular expression; its first group is taken."),
        "group": {"type": ["string", "integer"], "description": "The group that is taken, by name or number."},
        "all": {"type": "boolean", "description": "`true`: every match of the `regex`, or every row: a list."},
        "table": _table(),
        "type": choice(TYPES, "What it becomes; where there are several, each one."),
        "max_size": text_like(SIZE, "How large it may be, such as `200kB`; 64KiB when left out, at most 1MiB."),
        "keep": choice(("evidence",), "`evidence`: it is kept as a file; its value says which, with a `preview`."),
    }
    return {
        "description": "Where the value comes from.",
        "anyOf": [
            choice(("stdout", "stderr", "exit_code", "lines", "json"), "The whole of it."),
            closed(output, "A part of it, typed."),
        ],
    }


def _table() -> Schema:
    split: dict[str, Any] = {
        "description": "What parts the columns: `blanks`, `aligned`, `tab`, or one sign such as `,`.",
        "anyOf": [
            choice(("blanks", "aligned", "tab"), "A word."),
            {"type": "string", "pattern": '^[^A-Za-z0-9\\s"]$', "description": "One sign between the columns."},
        ],
    }
    table = {
        "split": split,
        "column": text("The column that is taken, by its title."),
        "where": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": ["string", "number"], "description": "Its cell; may hold `{{ }}`."},
            "description": "What the row that is taken has in which column.",
        },
        "row": choice(("first", "last"), "Which row is taken."),
        "columns": {**list_of(text("One title."), "The titles, in place of those above the columns."), "minItems": 1},
        "header": {"type": "boolean", "description": "`false`: there are no titles above the columns."},
        "skip": {"type": "integer", "minimum": 0, "maximum": 1000, "description": "Lines above the titles."},
    }
    return {
        "description": "It is a table: what parts its columns, and what of it is taken.",
        "anyOf": [*split["anyOf"], closed(table, "How the table is read.")],
    }
