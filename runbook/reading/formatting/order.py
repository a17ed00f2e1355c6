"""The order in which the fields of a mapping stand: the order in which its schema names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def fields_of(part: Schema, root: Schema) -> list[Schema]:
    """Everything that a value may look like by a part of a schema: its references followed, its alternatives apart."""
    if not part:
        return []
    found = [part]
    if "$ref" in part:
        found += fields_of(root["$defs"][part["$ref"].removeprefix("#/$defs/")], root)
    for word in ("anyOf", "oneOf"):
        for each in part.get(word, ()):
            found += fields_of(each, root)
    return found


def inner(parts: list[Schema], key: str | int, root: Schema) -> list[Schema]:
    """The same for what stands in it below a key, or in it as an item."""
    found: list[Schema] = []
    for part in parts:
        if isinstance(key, int):
            below = part.get("items")
        else:
            below = part.get("properties", {}).get(key) or part.get("additionalProperties")
        if isinstance(below, Mapping):
            found += fields_of(below, root)
    return found


def known_order(parts: list[Schema]) -> dict[str, int]:
    """The place of each field that the language names; empty where the author chooses the names."""
    names = dict.fromkeys(name for part in parts for name in part.get("properties", ()))
    return {name: place for place, name in enumerate(names)}
