"""What may be written at the cursor inside of an expression: names, items of what is named, filters, tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runbook.editing import expression_names as known
from runbook.editing.desk import Desk
from runbook.editing.handed_on import answers, outputs
from runbook.editing.index import Index, Listed
from runbook.editing.items import Item, What
from runbook.editing.positions import Span
from runbook.editing.sketch import Node, scalar_text
from runbook.editing.vocabulary import Sort
from runbook.editing.words import Typing
from runbook.expressions import FILTERS, PREDICATES
from runbook.source import Path

_HANDLERS = {"on_failure", "on_cancel", "before"}


def items(desk: Desk, index: Index, typing: Typing, path: Path) -> Iterator[Item]:
    """What may stand in an expression at the value at that path, where `typing` says that somebody writes."""
    if typing.after == "|":
        for name, signature in FILTERS.items():
            yield Item(name, What.FILTER, typing.span, _called(name, signature.least), "filter", known.FILTERS[name])
    elif typing.after in ("is", "is not"):
        for name, signature in PREDICATES.items():
            yield Item(name, What.TEST, typing.span, _called(name, signature.least), "test", known.TESTS[name])
        if typing.after == "is":
            yield Item("not", What.TEST, typing.span, "not ", "test", "The opposite.", place=1)
    elif typing.before:
        yield from _inside(desk, index, typing.before, typing.span)
    else:
        yield from _each(known.NAMES, What.NAME, typing.span, "name")
        yield from _around(index, path, typing.span)


def _called(name: str, least: int) -> str:
    """A filter or test with room for the arguments that it needs."""
    return name + ("(" + ", ".join(["''"] * least) + ")" if least else "")


def _inside(desk: Desk, index: Index, before: tuple[str, ...], span: Span) -> Iterator[Item]:
    match before:
        case ("inputs",):
            for mention in index.definitions(Sort.INPUT):
                yield Item(mention.name, What.INPUT, span, mention.name, "input", _said(index, mention.node))
        case ("steps",):
            for place, step in enumerate(index.steps):
                if step.id:
                    title = step.word(index.text, "title")
                    yield Item(step.id, What.STEP, span, step.id, step.kind, title, place=place)
        case ("steps", _):
            yield from _each(known.OF_STEP, What.NAME, span, "of a step")
        case ("steps", id, ("outputs" | "answers") as what):
            named = index.step(id)
            names = [] if named is None else outputs(desk, index, named) if what == "outputs" else answers(named)
            for name in names:
                yield Item(name, What.OUTPUT, span, name, f"of `{id}`")
        case ("run",):
            yield from _each(known.OF_RUN, What.NAME, span, "of the run")
        case ("failure",):
            yield from _each(known.OF_FAILURE, What.NAME, span, "of the failure")


def _around(index: Index, path: Path, span: Span) -> Iterator[Item]:
    """What is seen there alone: the item of a turn, a failure, the result of the step itself."""
    seen: dict[str, str] = {}
    if "expect" in path:
        seen.update(known.OF_RESULT)
    for step in _steps_around(index, path):
        if foreach := step.node.get("foreach"):
            alias = foreach.get("as")
            seen[scalar_text(index.text, alias) if alias else "item"] = known.IN_TURNS["item"]
            seen["turn"] = known.IN_TURNS["turn"]
        elif step.node.get("repeat"):
            seen.update({"last": known.IN_TURNS["last"], "turn": known.IN_TURNS["turn"]})
    if _HANDLERS & {part for part in path if isinstance(part, str)}:
        seen["failure"] = known.IN_TURNS["failure"]
    yield from _each(seen, What.NAME, span, "here")


def _steps_around(index: Index, path: Path) -> Iterator[Listed]:
    ways = {step.node.path: step for step in index.steps}
    for length in range(len(path), 0, -1):
        if path[:length] in ways:
            yield ways[path[:length]]


def _each(names: Mapping[str, str], what: What, span: Span, detail: str) -> Iterator[Item]:
    for place, (name, meaning) in enumerate(names.items()):
        yield Item(name, what, span, name, detail, meaning, place=place)


def _said(index: Index, node: Node | None) -> str:
    words = []
    for name in ("title", "description", "type"):
        found = node.get(name) if node else None
        if found:
            words.append(scalar_text(index.text, found))
    return "\n\n".join(words)
