"""The shape of what people hand in: the fields of forms, and the files that belong to a step."""

from __future__ import annotations

from runbook.form import TYPES
from runbook.measures import TOLERANCE
from runbook.reading.schema_words import Schema, choice, closed, list_of, text, text_like
from runbook.sizes import SIZE


def evidence_and_fields() -> Schema:
    """The definitions that forms and evidence refer to."""
    return {"field": _field(), "evidence": _evidence()}


def _field() -> Schema:
    tolerance = {
        "description": "How far a reading may be off its nominal value: a number, or a part of it such as `10%`.",
        "anyOf": [{"type": "number", "minimum": 0}, text_like(TOLERANCE, "A part of the nominal value.")],
    }
    properties = {
        "title": text("What is asked."),
        "type": choice(TYPES, "`text` when left out."),
        "unit": text("The unit of a number, or of a reading."),
        "min": {"type": "number", "description": "The least it may be."},
        "max": {"type": "number", "description": "The most it may be."},
        "nominal": {"type": "number", "description": "What a reading should be."},
        "tolerance": tolerance,
        "options": {**list_of(text("One of them."), "What can be chosen."), "minItems": 1},
        "types": _types("What a file may be"),
        "max_size": text_like(SIZE, "How large a file may be, such as `5MB`."),
        "required": _yes_or_no("`false`: it may stay empty."),
        "default": {"type": ["string", "number", "boolean"], "description": "What is taken when it stays empty."},
        "pattern": text("A regular expression that the whole answer matches."),
    }
    return closed(properties, "One field of a form.", optional=True)


def _evidence() -> Schema:
    properties = {
        "title": text("What it is, in a few words."),
        "types": _types("What it may be"),
        "max_size": text_like(SIZE, "How large it may be, such as `5MB`; 256MiB when left out."),
        "required": _yes_or_no("`false`: the step is done without it as well."),
        "from": choice(("stdout", "stderr", "file"), "Taken from the step's program when it has ended."),
        "path": text("The file that the program writes, below the project's folder; with `from: file`."),
    }
    return closed(properties, "A file that belongs to a step.", optional=True)


def _types(what: str) -> Schema:
    item = text("A media type: `image/png`, or a whole family, `image`.")
    return {**list_of(item, f"{what}, told by its content: `image`, `application/pdf`, `text/*`."), "minItems": 1}


def _yes_or_no(description: str) -> Schema:
    return {"type": "boolean", "description": description}
