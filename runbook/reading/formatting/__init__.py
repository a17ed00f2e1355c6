"""The one way to lay out a file: its fields in the order of the language, its comments where they belong.

Rule 1: what a file says is never changed. It is read again, and when it says anything else, it is left alone.
Rule 2: no comment is ever lost.
Rule 3: what was formatted once stays as it is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from runbook.errors import Refused
from runbook.kind import Kinds
from runbook.outcome import Json
from runbook.reading.comments import comments_of
from runbook.reading.formatting.arrange import arrange
from runbook.reading.formatting.compose import compose, events_of
from runbook.reading.formatting.emit import emit
from runbook.reading.formatting.order import fields_of, inner, known_order
from runbook.reading.layout import Role
from runbook.reading.schemas import SORTS, schema_of
from runbook.reading.structure import DUPLICATE_KEY
from runbook.reading.tree import Tree, read_tree

__all__ = ["formatted", "schema_for"]

_PASSES = 8


def schema_for(role: Role, kinds: Kinds) -> Mapping[str, Any]:
    """The schema that gives the order of the fields in files of that role; empty for files that have none."""
    role = Role.PROCESS if role is Role.MISPLACED else role
    return schema_of(role, kinds) if role in SORTS else {}


def formatted(path: str, content: bytes, schema: Mapping[str, Any]) -> str:
    """The text of a file in its one layout; `Refused` when it can't be read, or would not say the same."""
    tree = _tree(path, content)
    before = tree.source.text
    text = _once(before, schema)
    for _ in range(_PASSES):  # a bracket that was opened up may want empty lines around it
        before, text = text, _once(text, schema)
        if text == before:
            break
    if text != before or not _same(path, tree, text, schema):
        help = "please report it with the file; nothing was changed"
        raise Refused(f"{path} can't be formatted without changing what it says", help)
    return text


def _once(text: str, schema: Mapping[str, Any]) -> str:
    written = compose(text, events_of(text))
    arrange(written, schema)
    return emit(written)


def _tree(path: str, content: bytes) -> Tree:
    tree, findings = read_tree(path, content)
    serious = [each for each in findings if tree is None or each.code == DUPLICATE_KEY.code]
    if tree is None or serious:
        first = serious[0]
        raise Refused(f"{path}:{first.place.line}:{first.place.column}: {first.message}", first.help)
    return tree


def _same(path: str, tree: Tree, text: str, schema: Mapping[str, Any]) -> bool:
    """Whether the new text has the same data, in the same order where the author chose it, and all comments."""
    again, _ = read_tree(path, text.encode())
    if again is None or _normal(again.data, schema) != _normal(tree.data, schema):
        return False
    return _comments(tree.source.text) == _comments(again.source.text)


def _comments(text: str) -> Counter[str]:
    return Counter(each.text for each in comments_of(text, events_of(text)))


def _normal(data: Json, schema: Mapping[str, Any]) -> str:
    def sorted_in(value: Json, parts: list[Mapping[str, Any]]) -> Json:
        if isinstance(value, list):
            return [sorted_in(each, inner(parts, 0, schema)) for each in value]
        if isinstance(value, dict):
            rank = known_order(parts)
            keys = sorted(value, key=lambda key: rank.get(key, len(rank))) if rank else list(value)
            return {key: sorted_in(value[key], inner(parts, key, schema)) for key in keys}
        return value

    return json.dumps(sorted_in(data, fields_of(schema, schema)))
