"""Putting fields into the order of the language, and empty lines between what people look for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from runbook.reading.formatting.order import fields_of, inner, known_order
from runbook.reading.formatting.written import Entry, Node, Sort, Written

_PARTS = frozenset(("roles", "inputs", "checks", "steps", "on_failure", "on_cancel", "finally", "outputs"))
"""The parts of a process that stand apart."""


def arrange(written: Written, schema: Mapping[str, Any]) -> None:
    """Sort the fields of a file by its schema; what the author named stays in the author's order."""
    parts = fields_of(schema, schema)
    _arrange(written.root, parts, schema)
    if "steps" in schema.get("properties", {}):
        for entry in written.root.entries:
            if entry.key is not None and entry.key.text in _PARTS and entry.value.block:
                _set_apart(entry)
                _part_steps(entry.value)


def _arrange(node: Node, parts: list[Mapping[str, Any]], schema: Mapping[str, Any]) -> None:
    if node.sort is Sort.MAPPING:
        rank = known_order(parts)
        if rank and not _is_marked(node):
            node.entries.sort(key=lambda entry: rank.get(entry.key.text, len(rank)) if entry.key else 0)
        for entry in node.entries:
            assert entry.key is not None
            _arrange(entry.value, inner(parts, entry.key.text, schema), schema)
    elif node.sort is Sort.LIST:
        below = inner(parts, 0, schema)
        for entry in node.entries:
            _arrange(entry.value, below, schema)


def _part_steps(steps: Node) -> None:
    """An empty line between two steps, unless each of them is one line."""
    if steps.sort is Sort.LIST:
        for before, entry in pairwise(steps.entries):
            if before.value.block or entry.value.block:
                _set_apart(entry)


def _set_apart(entry: Entry) -> None:
    if entry.lead:
        entry.lead[0] = replace(entry.lead[0], apart=True)
    else:
        entry.apart = True


def _is_marked(node: Node) -> bool:
    """True when something inside is marked with `&`, or stands for what is: then the order of the text counts."""
    if node.sort is Sort.ALIAS:
        return True
    return any(entry.value.anchor or _is_marked(entry.value) for entry in node.entries)
