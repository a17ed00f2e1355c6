"""The phrases our JSON Schemas are written in: a text, a list, a closed mapping, a mapping of names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runbook.measures import TOLERANCE
from runbook.operations import forms
from runbook.palette import COLOUR
from runbook.sizes import SIZE

ID = "^[a-z0-9][a-z0-9-]*$"
NAME = "^[a-z][a-z0-9_]*$"
VARIABLE = "^[A-Za-z_][A-Za-z0-9_]*$"
DURATION = r"^[0-9]+(\.[0-9]+)?[smhdw]$"
WITHIN = r"^[0-9]+(\.[0-9]+)?(m|h|d|w|bh|bd)$"
PROCESS = "^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*$"
PATH = "^[a-z0-9][a-z0-9-]*([./][a-z0-9][a-z0-9-]*)*$"
DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
PERCENT = "^(100|[1-9]?[0-9])%$"
DAYS = "^[1-9][0-9]{0,2}[dw]$"
DURATION_OR_DAYS = r"^[1-9][0-9]{0,4}(bd|[smhdw])$"
HANDOFF = "^((Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?([01][0-9]|2[0-3]):[0-5][0-9]$"
LOCAL_TIME = (
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$"
)
ALERT = "^[A-Za-z0-9][A-Za-z0-9_.-]*$"
REVISION = "^[A-Za-z0-9][A-Za-z0-9_-]*([./][A-Za-z0-9][A-Za-z0-9_-]*)*$"

MEANINGS: Mapping[str, str] = {
    ID: "lower-case letters, digits and hyphens, such as `restart-web`",
    NAME: "lower-case letters, digits and underscores, beginning with a letter, such as `free_space`",
    VARIABLE: "letters, digits and underscores, not beginning with a digit, such as `LOG_LEVEL`",
    DURATION: "a number and one of `s`, `m`, `h`, `d`, `w`, such as `90s` or `4h`",
    WITHIN: "a number and one of `m`, `h`, `d`, `w`, `bh`, `bd`, such as `4h` or `1bd` for a business day",
    PROCESS: "`GROUP/PROCESS`, such as `backup/restore-drill`",
    SIZE: "a number and one of `kB`, `MB`, `KiB`, `MiB`, such as `5MB`",
    TOLERANCE: "a part of the nominal value, such as `10%`, or a number",
    PATH: "the path of a step, such as `copy`, `child/copy` or `copy.undo`",
    DATE: "year, month and day, such as `2026-10-01`",
    PERCENT: "a part of a hundred, such as `80%`",
    DAYS: "a number and `d` or `w`, such as `1w`",
    DURATION_OR_DAYS: "a duration such as `4h`, or working days such as `1bd`",
    HANDOFF: "a day of the week and a time, such as `Mon 09:00`, or a time alone",
    LOCAL_TIME: "a time such as `2026-04-07T09:00`",
    ALERT: "the name of an alert, such as `DiskFull`",
    REVISION: "a tag or a branch of git, such as `v2.1`",
    COLOUR: "a colour such as `#0b5cad`, in quotes",
    **forms.MEANINGS,
}
"""What our patterns ask for, in words."""

Schema = dict[str, Any]


def text(description: str) -> Schema:
    """Text that says something."""
    return {"type": "string", "minLength": 1, "description": description}


def text_like(pattern: str, description: str, longest: int | None = None) -> Schema:
    """Text of one of the forms that have a meaning in words."""
    schema = {"type": "string", "pattern": pattern, "description": description}
    schema["patternErrorMessage"] = "expected " + MEANINGS[pattern].replace("`", '"')
    return {**schema, "maxLength": longest} if longest else schema


def choice(words: Iterable[str], description: str) -> Schema:
    """One of a few words."""
    return {"type": "string", "enum": list(words), "description": description}


def list_of(items: Mapping[str, Any], description: str) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": dict(items), "description": description}


def one_or_list(item: Mapping[str, Any], description: str) -> Schema:
    """Such a value, or a list of them."""
    return {"description": description, "anyOf": [dict(item), {"type": "array", "items": dict(item)}]}


def closed(
    properties: Mapping[str, Any], description: str, required: Iterable[str] = (), optional: bool = False
) -> Schema:
    """A mapping with these fields and no others; `optional`: nothing may stand in its place."""
    schema: Schema = {"type": ["object", "null"] if optional else "object", "description": description}
    schema["properties"] = dict(properties)
    if required:
        schema["required"] = list(required)
    return {**schema, "additionalProperties": False}


def named(pattern: str, value: Mapping[str, Any], description: str) -> Schema:
    """A mapping whose keys the author chooses."""
    names = {"pattern": pattern, "maxLength": 63}
    return {
        "type": "object",
        "propertyNames": names,
        "additionalProperties": dict(value),
        "description": description,
    }
