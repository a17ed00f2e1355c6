"""What one file names and what it defines, each with its place: steps, roles, inputs, processes, teams, people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from runbook.editing.fields import Guide, Ways, defined_as, fields
from runbook.editing.positions import Lines, Span
from runbook.editing.scanning import sketch
from runbook.editing.sketch import Node, Shape, scalar_text
from runbook.editing.vocabulary import CHILD_INPUTS, FIXED, KEYS, NAMES, Sort, Way
from runbook.editing.words import Lookup, lookups, regions
from runbook.reading.layout import Entry, Role
from runbook.source import Path

_RESULTS = ("outputs", "answers")
_OUTPUTS = (("step", "outputs", "*"), ("step", "set", "values", "*"))


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where something is named; `of` is the process of an input, or the step of an output."""

    sort: Sort
    name: str
    span: Span
    defines: bool = False
    of: str = ""
    node: Node | None = field(default=None, compare=False, repr=False)
    """What defines it, or the scalar it stands in."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One step as it stands in the text, whatever state it is in."""

    id: str
    node: Node
    kind: str
    around: str = ""
    """The id of the step that it is inside of."""

    def word(self, text: str, name: str) -> str:
        """What one of its fields says, when that is text."""
        found = self.node.get(name)
        return scalar_text(text, found) if found and found.shape is Shape.SCALAR else ""


@dataclass(frozen=True, slots=True)
class Index:
    """One file: its text, its sketch, and what it names."""

    path: str
    entry: Entry
    lines: Lines
    top: Node
    mentions: tuple[Mention, ...] = ()
    steps: tuple[Listed, ...] = ()

    @property
    def text(self) -> str:
        """The text itself."""
        return self.lines.text

    def step(self, id: str) -> Listed | None:
        """The first step of that id."""
        return next((each for each in self.steps if each.id == id), None)

    def mention_at(self, offset: int) -> Mention | None:
        """What is named under the cursor; the narrowest, where one stands in another."""
        found = [each for each in self.mentions if offset in each.span]
        return min(found, key=lambda each: each.span.end - each.span.start) if found else None

    def definitions(self, sort: Sort) -> Iterator[Mention]:
        """What of that sort the file defines."""
        return (each for each in self.mentions if each.defines and each.sort is sort)


def index_of(path: str, entry: Entry, text: str, guide: Guide | None) -> Index:
    """The index of a text; of one without a schema, no names."""
    lines, top = Lines(text), sketch(text)
    if guide is None:
        return Index(path, entry, lines, top)
    indexing = _Indexing(text, entry, guide)
    indexing.walk(top)
    return Index(path, entry, lines, top, tuple(indexing.mentions), tuple(indexing.steps))


class _Indexing:
    """One text on its way; what it names is collected in the order of the text."""

    def __init__(self, text: str, entry: Entry, guide: Guide) -> None:
        self.text = text
        self.role = entry.role
        self.guide = guide
        self.names = NAMES.get(entry.role, {})
        self.keys = KEYS.get(entry.role, {})
        self.mentions: list[Mention] = []
        self.steps: list[Listed] = []

    def walk(self, top: Node) -> None:
        waiting: list[tuple[Node, Ways, Way, str]] = [(top, self.guide.top, (), "")]
        while waiting:
            node, ways, way, around = waiting.pop()
            if node.shape is Shape.SCALAR:
                self._scalar(node, ways, way, around)
                continue
            if node.shape is Shape.MAPPING and defined_as(ways, "step"):
                way, around = ("step",), self._step(node, ways, around)
            below = []
            for child in node.children:
                inner = self.guide.below(ways, child.name if child.name is not None else "")
                further = way
                if isinstance(child.name, str) and node.shape is Shape.MAPPING:
                    known = any(child.name in each.get("properties", {}) for each in ways)
                    further = (*way, child.name if known else "*")
                    self._key(child, further, around)
                below.append((child, inner, further, around))
            waiting.extend(reversed(below))

    def _step(self, node: Node, ways: Ways, around: str) -> str:
        kinds = [name for name, each in fields(ways).items() if each.kind]
        present = [each.name for each in node.children if each.name in kinds]
        kind = next((name for name in present if name != "manual"), "manual" if present else "")
        id = node.get("id")
        name = scalar_text(self.text, id) if id and id.shape is Shape.SCALAR else ""
        self.steps.append(Listed(name, node, str(kind), around))
        if id and name:
            self.mentions.append(Mention(Sort.STEP, name, _said(id), defines=True, node=node))
        return name

    def _key(self, child: Node, way: Way, around: str) -> None:
        if child.key is None or not child.colon:
            return
        sort = self.keys.get(way)
        if sort:
            span = _unquoted(self.text, child.key)
            self.mentions.append(Mention(sort, str(child.name), span, defines=True, node=child))
        elif way == CHILD_INPUTS:
            use = child.parent.parent.get("use") if child.parent and child.parent.parent else None
            if use and use.shape is Shape.SCALAR:
                of = scalar_text(self.text, use)
                self.mentions.append(Mention(Sort.INPUT, str(child.name), child.key, of=of, node=child))
        elif way in _OUTPUTS or (way[:1] == ("step",) and way[2:] == ("fields", "*")):
            span = _unquoted(self.text, child.key)
            self.mentions.append(Mention(Sort.OUTPUT, str(child.name), span, defines=True, of=around, node=child))

    def _scalar(self, node: Node, ways: Ways, way: Way, around: str) -> None:
        sort = self.names.get(way)
        templated = self.text.find("{{", node.start, node.end) >= 0
        if sort and not templated:
            name = scalar_text(self.text, node)
            if name not in FIXED.get(way, ()):
                self.mentions.append(Mention(sort, name, _said(node), node=node))
        elif self.role is Role.PROCESS:
            bare = is_condition(ways, way)
            if bare or templated:
                for region in regions(self.text, node, bare):
                    for lookup in lookups(self.text, region, node.style):
                        self.mentions += _looked_up(lookup, node)


def is_condition(ways: Ways, way: Way) -> bool:
    """True where a text is an expression as a whole."""
    return defined_as(ways, "condition") or way[-2:] == ("expect", "that")


def _looked_up(lookup: Lookup, node: Node) -> Iterator[Mention]:
    parts = lookup.parts
    if len(parts) < 2:
        return
    if parts[0].name == "inputs":
        yield Mention(Sort.INPUT, parts[1].name, parts[1].span, node=node)
    elif parts[0].name == "steps":
        yield Mention(Sort.STEP, parts[1].name, parts[1].span, node=node)
        if len(parts) > 3 and parts[2].name in _RESULTS:
            yield Mention(Sort.OUTPUT, parts[3].name, parts[3].span, of=parts[1].name, node=node)


def _said(node: Node) -> Span:
    """The span of what a scalar says, without its quotes."""
    quoted = node.style in ("'", '"') and node.end - node.start > 1
    return Span(node.start + quoted, node.end - quoted)


def _unquoted(text: str, span: Span) -> Span:
    return Span(span.start + 1, span.end - 1) if text[span.start : span.start + 1] in ("'", '"') else span


def way_of(guide: Guide, path: Path) -> tuple[Ways, Way]:
    """The alternatives at a path, and the way there as `vocabulary` tells it."""
    ways: Ways = guide.top
    way: Way = ()
    for part in path:
        if defined_as(ways, "step") and isinstance(part, str):
            way = ("step",)
        if isinstance(part, str):
            known = any(part in each.get("properties", {}) for each in ways)
            way = (*way, part if known else "*")
        ways = guide.below(ways, part)
    return ways, ("step",) if defined_as(ways, "step") else way
