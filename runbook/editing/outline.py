"""A file as an outline: inputs, roles and steps, those of sections and handlers inside of the step they belong to."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from runbook.editing.desk import Desk
from runbook.editing.index import Index, Listed, Mention
from runbook.editing.positions import Span
from runbook.editing.sketch import scalar_text
from runbook.editing.vocabulary import Sort


class Sign(enum.Enum):
    """What an entry is; editors show each with a sign of its own."""

    INPUT = "input"
    ROLE = "role"
    TEAM = "team"
    STEP = "step"
    BLOCK = "block"
    """A step that has others inside of it."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One entry of the outline: all of it, and where its name stands."""

    name: str
    detail: str
    sign: Sign
    whole: Span
    name_span: Span
    inside: tuple[Symbol, ...] = ()


_SIGNS = {Sort.INPUT: Sign.INPUT, Sort.ROLE: Sign.ROLE, Sort.TEAM: Sign.TEAM}


def outline(desk: Desk, path: str) -> list[Symbol]:
    """The outline of a file, in the order of its text."""
    index = desk.index(path)
    names = [_of_name(index, each) for each in index.mentions if each.defines and each.sort in _SIGNS]
    return sorted([*names, *_steps(index)], key=lambda each: each.whole.start)


def _of_name(index: Index, mention: Mention) -> Symbol:
    node = mention.node
    said = node.get("title") or node.get("summary") or node.get("type") if node else None
    detail = scalar_text(index.text, said) if said else ""
    whole = node.whole if node else mention.span
    return Symbol(mention.name, detail, _SIGNS[mention.sort], whole, mention.span)


def _steps(index: Index) -> list[Symbol]:
    """Steps come before those inside of them, so that from the last to the first each finds its own complete."""
    inside: dict[int, list[Symbol]] = {}
    top: list[Symbol] = []
    open: list[int] = []
    around: dict[int, int | None] = {}
    for number, step in enumerate(index.steps):
        while open and index.steps[open[-1]].node.end < step.node.end:
            open.pop()
        around[number] = open[-1] if open else None
        open.append(number)
    for number in range(len(index.steps) - 1, -1, -1):
        step = index.steps[number]
        symbol = _of_step(index, step, tuple(reversed(inside.get(number, []))))
        holder = around[number]
        (top if holder is None else inside.setdefault(holder, [])).append(symbol)
    return top


def _of_step(index: Index, step: Listed, inside: tuple[Symbol, ...]) -> Symbol:
    id = step.node.get("id")
    name_span = id.span if id and id.end > id.start else Span(step.node.start, step.node.start)
    title = step.word(index.text, "title")
    detail = " · ".join(filter(None, (step.kind, title)))
    return Symbol(step.id or "?", detail, Sign.BLOCK if inside else Sign.STEP, step.node.span, name_span, inside)
