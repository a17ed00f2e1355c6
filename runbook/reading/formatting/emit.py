"""From what an author wrote to the text of a file in its one layout."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from runbook.reading.formatting.quoting import (
    WIDTH,
    in_double_quotes,
    in_single_quotes,
    is_plain,
    literal,
    may_be_block,
)
from runbook.reading.formatting.written import Entry, Line, Node, Sort, Written

_FOLDED = re.compile(r">-?[ \t]*(#.*)?$")


def emit(written: Written) -> str:
    """The text of the file."""
    lines = [line.text for line in written.above]
    lines += ["---"] if written.marked else []
    head = _comments(written.head, 0)
    lines += head
    body = _value_lines(written.root, 0)
    if head and written.head_apart and body:
        lines.append("")
    return "\n".join([*lines, *body]).rstrip("\n") + _ending(written.root)


def _ending(node: Node) -> str:
    """The line breaks at the end of the file: one, unless its last text keeps those behind it."""
    return "\n" * (_kept_breaks(node) or 1)


def _kept_breaks(node: Node) -> int:
    """How many line breaks the last text of a value keeps behind it: an empty line more would be a part of it."""
    while node.entries and not node.foot:
        node = node.entries[-1].value
    kept = node.sort is Sort.SCALAR and not node.foot and node.style in ("|", ">") and node.text.endswith("\n\n")
    return len(node.text) - len(node.text.rstrip("\n")) if kept else 0


def _value_lines(node: Node, indent: int) -> list[str]:
    """A whole value in lines of its own."""
    if node.sort is Sort.MAPPING and node.entries:
        return _mapping(node, indent)
    if node.sort is Sort.LIST and node.entries:
        return _list(node, indent)
    first, rest = _inline(node, indent)
    return [" " * indent + first, *rest, *_comments(node.foot, indent)]


def _mapping(node: Node, indent: int) -> list[str]:
    lines: list[str] = []
    _close_up(node)
    for number, entry in enumerate(node.entries):
        lines += _before(entry, indent, bool(number))
        lines += _field(entry, indent)
    return lines + _comments(node.foot, indent)


def _list(node: Node, indent: int) -> list[str]:
    lines: list[str] = []
    _close_up(node)
    for number, entry in enumerate(node.entries):
        value = entry.value
        if _opens(value, indent + 2, entry) and not entry.header and not value.anchor:
            first = value.entries[0]
            entry.lead = [*entry.lead, *first.lead]
            first.lead, first.apart = [], False
            lines += _before(entry, indent, bool(number))
            inner = _value_lines(value, indent + 2)
            lines += [" " * indent + "- " + inner[0][indent + 2 :], *inner[1:], *_trail(entry, indent + 2)]
        else:
            lines += _before(entry, indent, bool(number))
            lines += _written(" " * indent + "-", entry, indent)
    return lines + _comments(node.foot, indent)


def _close_up(node: Node) -> None:
    """No empty line behind a text that keeps those behind it: there it would be a part of the text."""
    for before, entry in pairwise(node.entries):
        if _kept_breaks(before.value):
            entry.lead = _closed(entry.lead)
            entry.apart = entry.apart and bool(entry.lead)
    if node.entries and _kept_breaks(node.entries[-1].value):
        node.foot = _closed(node.foot)


def _closed(lines: list[Line]) -> list[Line]:
    return [replace(line, apart=line.apart and bool(number)) for number, line in enumerate(lines)]


def _trail(entry: Entry, indent: int) -> list[str]:
    return [" " * indent + entry.trail] if entry.trail else []


def _field(entry: Entry, indent: int) -> list[str]:
    assert entry.key is not None
    key = entry.key
    text = f"&{key.anchor} " if key.anchor else ""
    text += _key(key, flow=False)
    return _written(f"{' ' * indent}{text}:", entry, indent)


def _written(start: str, entry: Entry, indent: int) -> list[str]:
    """An entry from the beginning of its first line: `key:` or `-`."""
    value = entry.value
    anchored = start + (f" &{value.anchor}" if value.anchor else "")
    if _opens(value, len(anchored) + 1, entry):
        header = f"  {entry.header}" if entry.header else ""
        return [anchored + header, *_value_lines(value, indent + 2), *_trail(entry, indent + 2)]
    first, rest = _inline(value, indent + 2, len(anchored) + 1)
    line = f"{anchored} {first}".rstrip(" ") if first else anchored
    comments = [each for each in (entry.header, entry.trail) if each]
    if comments and (not rest or value.style in ("|", ">")):
        line += f"  {comments.pop(0)}"
    elif comments:
        rest = [*rest[:-1], f"{rest[-1]}  {comments.pop(0)}"]
    lines = [line, *rest]
    return [*(" " * indent + each for each in comments), *lines]


def _before(entry: Entry, indent: int, between: bool) -> list[str]:
    lines = _comments(entry.lead, indent) if between else _comments(entry.lead, indent)[_first_gap(entry.lead) :]
    if entry.apart and (between or entry.lead):
        lines.append("")
    return lines


def _first_gap(lead: list[Line]) -> int:
    return 1 if lead and lead[0].apart else 0


def _comments(lines: list[Line], indent: int) -> list[str]:
    found: list[str] = []
    for line in lines:
        found += ["", " " * indent + line.text] if line.apart else [" " * indent + line.text]
    return found


def _opens(node: Node, column: int, entry: Entry) -> bool:
    """True when a list or a mapping goes over lines of its own: as it was, or because a line can't hold it."""
    if node.sort not in (Sort.MAPPING, Sort.LIST) or not node.entries:
        return bool(node.entries or node.foot)
    if not node.flow:
        return True
    if entry.header or _has_comments(node):
        return True
    return column + len(_flow(node)) > WIDTH


def _has_comments(node: Node) -> bool:
    if node.foot:
        return True
    return any(entry.lead or entry.header or entry.trail or _has_comments(entry.value) for entry in node.entries)


def _inline(node: Node, indent: int, column: int = 0) -> tuple[str, list[str]]:
    """A value that begins in the line of its key: the rest of that line, and the lines below it."""
    if node.sort is Sort.SCALAR:
        return _scalar(node, indent, column)
    return _flow(node, mark=False), []


def _flow(node: Node, mark: bool = True) -> str:
    """A value in one line."""
    anchor = f"&{node.anchor} " if mark and node.anchor else ""
    match node.sort:
        case Sort.ALIAS:
            return f"*{node.text}"
        case Sort.SCALAR:
            return (anchor + (_one_line(node, flow=True) or "null")).rstrip(" ")
        case Sort.LIST:
            return f"{anchor}[{', '.join(_flow(entry.value) for entry in node.entries)}]"
        case _:
            return f"{anchor}{{{', '.join(_flow_field(entry) for entry in node.entries)}}}"


def _flow_field(entry: Entry) -> str:
    assert entry.key is not None
    value = _flow(entry.value)
    anchor = f"&{entry.key.anchor} " if entry.key.anchor else ""
    return f"{anchor}{_key(entry.key, flow=True)}: {value}"


def _key(node: Node, flow: bool) -> str:
    text = _one_line(node, flow)
    return text or '""'


def _one_line(node: Node, flow: bool) -> str:
    """A text in one line, with the quotes of its author where it needs any."""
    if not node.style:
        return node.text if not flow or not node.text or "\n" not in node.text else in_double_quotes(node.text)
    if is_plain(node.text, flow):
        return node.text
    if "\n" in node.raw or node.style in ("|", ">"):
        plain_quotes = node.style == "'" and "\n" not in node.text
        return in_single_quotes(node.text) if plain_quotes else in_double_quotes(node.text)
    return node.raw


def _scalar(node: Node, indent: int, column: int) -> tuple[str, list[str]]:
    text, raw = node.text, node.raw
    if node.style == "|" or (node.style != ">" and may_be_block(text)):
        block = literal(text, indent)
        return block if block else (in_double_quotes(text), [])
    if node.style == ">":
        folded = _folded(node, indent)
        return folded or literal(text, indent) or (in_double_quotes(text), [])
    if "\n" not in raw:
        return _one_line(node, flow=False), []
    if node.style and "\n" not in text and column + len(line := _one_line(node, flow=False)) <= WIDTH:
        return line, []
    if node.style and "\n" in text:
        return in_double_quotes(text), []
    first, *rest = raw.split("\n")
    return first.rstrip(" \t\r") if not first.endswith("\\ ") else first, [
        " " * indent + line.strip(" \t\r") if line.strip() else "" for line in rest
    ]


def _folded(node: Node, indent: int) -> tuple[str, list[str]] | None:
    """A folded text with the line breaks of its author; None when that is not simple."""
    header, *body = node.raw.split("\n")
    if not _FOLDED.match(header.rstrip()) or node.text.endswith("\n\n"):
        return None
    while body and not body[-1].strip():
        body.pop()
    if not body or not body[0].strip():
        return None
    own = len(body[0]) - len(body[0].lstrip(" "))
    sign = header.partition("#")[0].strip()
    return sign, [" " * indent + line[own:].rstrip("\r") if line.strip() else "" for line in body]
