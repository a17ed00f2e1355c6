"""The schema at a place of a file: which fields may stand there, what each means, and which words it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.source import Path

Schema = Mapping[str, Any]
Ways = tuple[Schema, ...]
"""The schemas that one value may follow: more than one where there are short forms."""

_DEFINED = "x-defined-as"
"""In a schema that was looked up: the name it has among the definitions."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a mapping may have."""

    name: str
    description: str
    schema: Schema
    required: bool = False
    kind: bool = False
    """True for the key of a kind of step."""


class Guide:
    """The schema of one sort of file, with every look-up kept: there are few different ones."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.top: Ways = self.ways(schema)
        self._below: dict[tuple[tuple[int, ...], str | int], tuple[Ways, Ways]] = {}
        """By the identities of some ways and a name: these ways, so that they live on, and those below them."""

    def ways(self, schema: Schema, seen: int = 0) -> Ways:
        """The alternatives of a schema, with references looked up and descriptions handed down."""
        if seen > 16:
            return ()
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            besides = {word: value for word, value in schema.items() if word != "$ref"}
            return self.ways({**self.schema["$defs"][name], **besides, _DEFINED: name}, seen + 1)
        several = [*schema.get("anyOf", ()), *(schema.get("oneOf", ()) if "properties" not in schema else ())]
        if not several:
            return (schema,)
        handed = {word: schema[word] for word in ("description", _DEFINED) if word in schema}
        return tuple(
            {
                **way,
                **({_DEFINED: schema[_DEFINED]} if _DEFINED in schema else {}),
                "x-whole": handed.get("description", ""),
            }
            for each in several
            for way in self.ways(each, seen + 1)
        )

    def below(self, ways: Ways, name: str | int) -> Ways:
        """The alternatives of what stands under a key, or in a list."""
        at = (tuple(map(id, ways)), name if isinstance(name, str) else 0)
        if at not in self._below:
            if len(self._below) > 50_000:  # somebody types name after name; what is known by heart is bounded
                self._below.clear()
            self._below[at] = (ways, tuple(self._steps_down(ways, name)))
        return self._below[at][1]

    def _steps_down(self, ways: Ways, name: str | int) -> Iterator[Schema]:
        for way in ways:
            inner = way.get("items") if isinstance(name, int) else way.get("properties", {}).get(name)
            if inner is None and isinstance(name, str):
                inner = way.get("additionalProperties")
            if isinstance(inner, Mapping):
                yield from self._kept(inner)

    def _kept(self, schema: Schema) -> Ways:
        """The ways of a schema, always the same objects, so that look-ups below them are found again."""
        at = ((id(schema),), "")
        if at not in self._below:
            self._below[at] = ((schema,), self.ways(schema))
        return self._below[at][1]

    def at(self, path: Path) -> Ways:
        """The alternatives of what stands at a path."""
        ways = self.top
        for part in path:
            ways = self.below(ways, part)
        return ways


def defined_as(ways: Ways, name: str) -> bool:
    """True when one of the alternatives is the definition of that name, such as `step` or `condition`."""
    return any(way.get(_DEFINED) == name for way in ways)


def fields(ways: Iterable[Schema]) -> dict[str, Field]:
    """The fields that a mapping may have there, by name, in the order of the schema."""
    found: dict[str, Field] = {}
    for way in ways:
        kinds = way.get("x-kinds", {})
        keys = {*kinds.get("acting", ()), *kinds.get("others", ())}
        for name, schema in way.get("properties", {}).items():
            required = name in way.get("required", ())
            found.setdefault(name, Field(name, schema.get("description", ""), schema, required, name in keys))
    return found


def words(ways: Iterable[Schema]) -> list[str]:
    """The fixed words that a value may be there."""
    found: dict[str, None] = {}
    for way in ways:
        for value in (*way.get("enum", ()), *((way["const"],) if "const" in way else ())):
            found[_written(value)] = None
        types = way.get("type", ())
        if "boolean" in ((types,) if isinstance(types, str) else types):
            found.update({"true": None, "false": None})
    return list(found)


def described(ways: Iterable[Schema]) -> str:
    """What a value there means."""
    for way in ways:
        if text := way.get("x-whole") or way.get("description"):
            return str(text)
    return ""


def takes(ways: Iterable[Schema], sort: str) -> bool:
    """True when a value of that type (`object`, `array`, `string` ...) may stand there."""
    for way in ways:
        types = way.get("type", ())
        if sort in ((types,) if isinstance(types, str) else types):
            return True
    return False


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
