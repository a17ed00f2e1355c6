"""A text with some of its values written otherwise: comments, order and layout of all the rest stay as they are.

Rule 1: what can't be changed in place for sure is not changed: then there is no text.
"""

from __future__ import annotations

from collections.abc import Iterable

from runbook.editing.fixes import Edit, applied, entry_span
from runbook.editing.index import Index
from runbook.editing.positions import Span
from runbook.editing.sketch import Node, Shape
from runbook.operations.improve.suggestion import Edit as Wanted
from runbook.operations.improve.suggestion import Insert, Put, TakeOut
from runbook.source import Path


def changed(index: Index, wanted: Iterable[Wanted]) -> str | None:
    """The text of a file with these changes; None when one of them does not fit."""
    edits: list[Edit] = []
    for each in wanted:
        match each:
            case Put():
                edit = _put(index, each.path, each.text)
            case Insert():
                edit = _insert(index, each)
            case TakeOut():
                edit = _take_out(index, each.path)
        if edit is None:
            return None
        edits.append(edit)
    return applied(index.text, edits)


def _put(index: Index, path: Path, text: str) -> Edit | None:
    node = index.top.at(path)
    if node is not None:
        if node.shape is Shape.NOTHING:
            return Edit(index.path, Span(node.start, node.start), f" {text}")
        plain = node.shape is Shape.SCALAR and node.style not in ("|", ">")
        return Edit(index.path, node.span, text) if plain or node.flow else None
    outer, name = index.top.at(path[:-1]), path[-1]
    if outer is None or outer.shape is not Shape.MAPPING or not isinstance(name, str):
        return None
    if outer.flow:
        at = outer.children[-1].whole.end if outer.children else outer.start + 1
        return Edit(index.path, Span(at, at), f"{', ' if outer.children else ''}{name}: {text}")
    steps = outer.get("steps") if len(path) == 1 else None
    if steps is not None and steps.key is not None:
        at = _above(index, index.lines.line_of(steps.key.start))
        return Edit(index.path, Span(at, at), f"{name}: {text}\n")
    if not outer.children:
        return None
    return _below(index, outer.children[-1], [f"{' ' * outer.indent}{name}: {text}"])


def _insert(index: Index, wanted: Insert) -> Edit | None:
    node = index.top.at(wanted.path)
    outer = node.parent if node is not None else None
    if node is None or outer is None or outer.shape is not Shape.LIST or outer.flow:
        return None
    number = index.lines.line_of(node.whole.start)
    if not index.lines.line(number).lstrip().startswith("-"):
        return None
    margin = " " * outer.indent
    first, *rest = wanted.lines
    lines = [f"{margin}- {first}", *(f"{margin}  {line}" for line in rest)]
    if wanted.after:
        return _below(index, node, lines)
    at = _above(index, number)
    return Edit(index.path, Span(at, at), "".join(f"{line}\n" for line in lines))


def _take_out(index: Index, path: Path) -> Edit | None:
    node = index.top.at(path)
    span = entry_span(index, node) if node is not None else None
    return Edit(index.path, span, "") if span is not None else None


def _above(index: Index, number: int) -> int:
    """Where a line begins, with the comments that stand directly above it."""
    margin = len(index.lines.line(number)) - len(index.lines.line(number).lstrip())
    while number and index.lines.line(number - 1).startswith(f"{' ' * margin}#"):
        number -= 1
    return index.lines.starts[number]


def _below(index: Index, node: Node, lines: list[str]) -> Edit:
    """These lines below the last line of a value."""
    last = index.lines.line_of(max(node.whole.start, node.whole.end - 1))
    at = index.lines.starts[last] + len(index.lines.line(last))
    return Edit(index.path, Span(at, at), "".join(f"\n{line}" for line in lines))
