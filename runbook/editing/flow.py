"""The part of a sketch that stands between brackets, braces or quotes."""

from __future__ import annotations

import re

from runbook.editing.positions import Span
from runbook.editing.sketch import Node, Shape, add

_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SINGLE = re.compile(r"'(?:[^']|'')*'")
_PLAIN = re.compile(
    r"(?:\{\{[^\n]*?\}\}|[^,\[\]{}:#\n]|:(?![\s,\[\]{}]|$)|(?<!\s)#|\n(?=[ \t]*[^\s,\[\]{}#:]))*", re.MULTILINE
)
_MARKS = re.compile(r"(?:[&!][^\s,\[\]{}]*[ \t]*)+")
MOST = 64
"""How deep brackets may stand inside each other before the rest is taken for text."""


def quoted_end(text: str, at: int, limit: int) -> int:
    """Where the text in quotes that begins at `at` ends; at the end of its line when nothing closes it."""
    found = (_DOUBLE if text[at] == '"' else _SINGLE).match(text, at, limit)
    if found:
        return found.end()
    end = text.find("\n", at, limit)
    return limit if end < 0 else end


def read_flow(text: str, node: Node, at: int, limit: int, depth: int = 0) -> int:
    """Fill a node with the list or mapping whose bracket stands at `at`; where it ends, at the latest at `limit`."""
    node.shape = Shape.MAPPING if text[at] == "{" else Shape.LIST
    node.start, node.flow = at, True
    at += 1
    while True:
        at = _gap(text, at, limit)
        if at >= limit:
            node.end = len(text[:limit].rstrip())
            return limit
        character = text[at]
        if character in "]}":
            node.end = at + 1
            return at + 1
        if character in ",:" and not (character == ":" and text[at + 1 : at + 2].strip(" \n,]}")):
            at += 1
        elif node.shape is Shape.MAPPING:
            at = _entry(text, node, at, limit, depth)
        else:
            child = add(node, Node(at, at, flow=True))
            at = _value(text, child, at, limit, depth)


def _entry(text: str, node: Node, at: int, limit: int, depth: int) -> int:
    start = at
    at = quoted_end(text, at, limit) if text[at] in "'\"" else _plain_end(text, at, limit)
    if at == start:  # an opening bracket where a key should be
        return _value(text, add(node, Node(at, at, flow=True), "", Span(at, at)), at, limit, depth)
    key = Span(start, len(text[:at].rstrip()) if text[start] not in "'\"" else at)
    name = text[key.start : key.end]
    name = name[1:-1] if name[:1] in ("'", '"') else name
    after = _gap(text, at, limit)
    child = add(node, Node(after, after, flow=True), name, key)
    if after >= limit or text[after] != ":":
        child.colon = False
        child.start = child.end = key.end
        return after
    value = _gap(text, after + 1, limit)
    if value >= limit or text[value] in ",]}":
        child.start = child.end = after + 1
        return value
    return _value(text, child, value, limit, depth)


def _value(text: str, node: Node, at: int, limit: int, depth: int) -> int:
    if marks := _MARKS.match(text, at, limit):
        at = marks.end()
    character = text[at : at + 1]
    if character and character in "[{" and not text.startswith("{{", at) and depth < MOST:
        return read_flow(text, node, at, limit, depth + 1)
    node.shape, node.start = Shape.SCALAR, at
    if character and character in "'\"":
        node.style = character
        node.end = quoted_end(text, at, limit)
        return node.end
    end = max(_plain_end(text, at, limit), min(at + 1, limit))
    node.end = at + len(text[at:end].rstrip())
    return end


def _plain_end(text: str, at: int, limit: int) -> int:
    found = _PLAIN.match(text, at, limit)
    return found.end() if found else at


def _gap(text: str, at: int, limit: int) -> int:
    while at < limit:
        if text[at].isspace():
            at += 1
        elif text[at] == "#" and (text[at - 1].isspace() or text[at - 1] in ",[{"):
            end = text.find("\n", at, limit)
            at = limit if end < 0 else end
        else:
            break
    return at
