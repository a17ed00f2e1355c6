"""Paths into JSON: `items.0.name`, `$.items[0]['first name']`, `items[*].name` for every one of them.

Rule 1: a small part of JSONPath, read in one way only: no filters, no search at any depth. A path costs what it finds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from runbook.errors import ExpressionError
from runbook.outcome import Json

LONGEST_PATH = 500
"""Characters of one path."""

MOST_FOUND = 10_000
"""How many values one path may find."""

_NAMED = 8
"""How many names are told of a mapping that has not the one that was looked for."""

_PART = re.compile(
    r"""\[ \s* (?: (?P<every>\*) | (?P<index>-?\d{1,9})
            | '(?P<single>(?:[^'\\]|\\.)*)' | "(?P<double>(?:[^"\\]|\\.)*)" ) \s* \]
      | \. (?P<all>\*) (?= [.\[] | $ )
      | \. (?P<word>[^.\[\]*]+)""",
    re.X | re.S,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a path: a name of a mapping, the place of an item (`index`), or every value there is."""

    name: str | None = None
    index: int | None = None
    every: bool = False

    def __str__(self) -> str:
        if self.every:
            return "[*]"
        return f"[{self.index}]" if self.name is None else f".{self.name}"


def parse(path: str) -> tuple[Part, ...]:
    """The parts of a path; an `ExpressionError` says where it can't be read."""
    if len(path) > LONGEST_PATH:
        raise ExpressionError(f"the path has more than {LONGEST_PATH} characters", "look for something nearer")
    text = path.strip()
    text = text[1:] if text == "$" or text.startswith(("$.", "$[")) else text
    if text and text[0] not in ".[":
        text = f".{text}"
    parts: list[Part] = []
    place = 0
    while place < len(text) and text[place:] != ".":
        found = _PART.match(text, place)
        if found is None:
            raise ExpressionError(
                f"`{path}` is not a path: it can't be read from `{text[place:]}` on", _help(text[place:])
            )
        parts.append(_part(found))
        place = found.end()
    return tuple(parts)


def _part(found: re.Match[str]) -> Part:
    if found["every"] or found["all"]:
        return Part(every=True)
    if found["index"] is not None:
        return Part(index=int(found["index"]))
    if (word := found["word"]) is not None:  # between dots a number is a name, or else a place in a list
        return Part(word, int(word) if re.fullmatch("[0-9]{1,9}", word) else None)
    quoted = found["single"] if found["single"] is not None else found["double"]
    return Part(re.sub(r"\\(.)", r"\1", quoted, flags=re.S))


def _help(rest: str) -> str:
    if rest.startswith(".."):
        return "name each part on the way: nothing is searched for at any depth"
    if rest.startswith("[?"):
        return "take all of them with `[*]`, and pick some with a filter in an expression"
    if ":" in rest.partition("]")[0] and rest.startswith("["):
        return "take all of them with `[*]`, and cut the list in an expression"
    return "write it like `items[0].name`, `items.0.name`, `['a name']` or `items[*].name`"


def is_several(path: str) -> bool:
    """True for a path with `[*]`, which finds a list of values."""
    return any(part.every for part in parse(path))


def find(path: str, value: Json) -> Json:
    """What stands at a path; a list of all that do when it has `[*]`. An `ExpressionError` says what is not there.

    What lies below `[*]` and is not in every one of them is taken where it is.
    """
    found: list[Json] = [value]
    way, several = "", False
    for part in parse(path):
        after: list[Json] = []
        for each in found:
            if part.every:
                after += _every(path, way, each)
            elif (inner := _inner(part, each)) is not _NOTHING:
                after.append(inner)
            elif not several:
                raise ExpressionError(f"there is no `{path}`: {_absent(way, part, each)}")
        several = several or part.every
        found, way = after, f"{way}{part}".removeprefix(".")
        if len(found) > MOST_FOUND:
            raise ExpressionError(f"`{path}` finds more than {MOST_FOUND} values", "look for fewer")
    return found if several else found[0]


_NOTHING = object()


def _inner(part: Part, value: Json) -> Json:
    if isinstance(value, dict) and part.name is not None:
        return value.get(part.name, _NOTHING)
    if isinstance(value, list) and part.index is not None and -len(value) <= part.index < len(value):
        return value[part.index]
    return _NOTHING


def _every(path: str, way: str, value: Json) -> list[Json]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return list(value.values())
    raise ExpressionError(f"there is no `{path}`: {_named(way)} is {_sort(value)}, not a list")


def _absent(way: str, part: Part, value: Json) -> str:
    here = _named(way)
    if isinstance(value, dict):
        names = ", ".join(f"`{name[:40]}`" for name in list(value)[:_NAMED]) + (", ..." if len(value) > _NAMED else "")
        if part.name is None:
            return f"{here} is a mapping, not a list; its names are {names}" if value else f"{here} is an empty mapping"
        return f"{here} has no `{part.name}`, only {names}" if value else f"{here} is an empty mapping"
    if isinstance(value, list) and part.index is not None:
        return f"{here} has {len(value)} item{'' if len(value) == 1 else 's'}"
    return f"{here} is {_sort(value)}, which has no `{part.name if part.name is not None else part.index}`"


def _named(way: str) -> str:
    return f"`{way}`" if way else "the whole"


def _sort(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
    return "a mapping"
