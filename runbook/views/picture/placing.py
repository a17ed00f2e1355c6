"""Where everything of a drawing stands: first the inside of a frame, then the frame as one box among others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from runbook.views.drawing import Drawing, Edge, Node, Shape
from runbook.views.layered.layout import layout
from runbook.views.layered.model import Arrow, Box, Layout, Point
from runbook.views.layered.net import passed
from runbook.views.picture.letters import one_line
from runbook.views.picture.sizes import HEADER, Text, label_of, size_of, text_of

_PADDING = 16.0
_TOO_WIDE = 1000.0
_WORTH = 0.85
_MOST_ARROWS = 1000
_MOST_POINTS = 8000
_WIDE = 760.0
"""How wide rows of steps that nothing ties together may be."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A node in its place; `x` and `y` are its upper left corner."""

    node: Node
    text: Text
    x: float
    y: float
    width: float
    height: float
    depth: int = 0
    """How many frames it stands in."""


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow in its place."""

    edge: Edge
    points: tuple[Point, ...]
    label: tuple[str, ...] = ()
    middle: Point = (0.0, 0.0)
    size: tuple[float, float] = (0.0, 0.0)


@dataclass(slots=True)
class Picture:
    """All of it: frames before what stands in them, nodes in the order of the text."""

    width: float = 0.0
    height: float = 0.0
    marks: list[Mark] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    left_out: int = 0
    """How many arrows are not drawn, because nobody could follow them."""


@dataclass(frozen=True, slots=True)
class _Level:
    """The inside of a frame, laid out: what belongs to each of its nodes, and how its arrows go."""

    nodes: Sequence[Node]
    sized: Mapping[str, tuple[Text, float, float]]
    edges: Sequence[Edge]
    laid: Layout
    levels: Mapping[str, _Level]
    left_out: int = 0


def picture(drawing: Drawing) -> Picture:
    """The drawing with everything in its place."""
    by_frame = _by_frame(drawing)
    made = Picture()
    if drawing.nodes:
        top = _level(drawing.nodes, "", by_frame)
        made.width, made.height = top.laid.width, top.laid.height
        _put(top, 0.0, 0.0, 0, made)
    return made


def _by_frame(drawing: Drawing) -> dict[str, list[Edge]]:
    """The arrows by the frame they are drawn in; one that passes a frame's border ends there."""
    path: dict[str, tuple[str, ...]] = {}

    def walk(nodes: Sequence[Node], above: tuple[str, ...]) -> None:
        for node in nodes:
            path[node.name] = (*above, node.name)
            walk(node.inside, path[node.name])

    walk(drawing.nodes, ())
    found: dict[str, dict[tuple[str, str, str], Edge]] = {}
    for edge in drawing.edges:
        label = one_line(edge.label)
        start, end = path[edge.start], path[edge.end]
        shared = 0
        while shared < min(len(start), len(end)) - 1 and start[shared] == end[shared]:
            shared += 1
        frame = start[shared - 1] if shared else ""
        one, two = start[shared], end[shared]
        there = found.setdefault(frame, {})
        known = there.get((one, two, label))
        there[one, two, label] = Edge(one, two, label, edge.dotted and (known is None or known.dotted))
    return {frame: list(edges.values()) for frame, edges in found.items()}


def _level(nodes: Sequence[Node], frame: str, by_frame: Mapping[str, list[Edge]]) -> _Level:
    """The inside of a frame; where it gets too wide with narrower steps, if that helps."""
    edges = by_frame.get(frame, [])
    levels = {node.name: _level(node.inside, node.name, by_frame) for node in nodes if node.inside}
    if _too_many(nodes, edges):
        return replace(_laid(nodes, [], levels, slim=False), left_out=len(edges))
    made = _laid(nodes, edges, levels, slim=False)
    if made.laid.width <= _TOO_WIDE:
        return made
    slim = _laid(nodes, edges, levels, slim=True)
    return slim if slim.laid.width < _WORTH * made.laid.width else made


def _too_many(nodes: Sequence[Node], edges: Sequence[Edge]) -> bool:
    """True when the arrows would be a thicket, and take more than a moment."""
    if len(edges) * len(nodes) < _MOST_POINTS:
        return False
    boxes = [Box(node.name, 0, 0) for node in nodes]
    ways = [Arrow(edge.start, edge.end) for edge in edges]
    return len(edges) > _MOST_ARROWS + len(nodes) or passed(boxes, ways) > _MOST_POINTS


def _laid(nodes: Sequence[Node], edges: Sequence[Edge], levels: Mapping[str, _Level], *, slim: bool) -> _Level:
    arrows = Counter(end for edge in edges for end in ((edge.start, "out"), (edge.end, "in")))
    sized: dict[str, tuple[Text, float, float]] = {}
    for node in nodes:
        if node.inside:
            sized[node.name] = _frame(node, levels[node.name].laid)
        else:
            most = max(arrows[node.name, "out"], arrows[node.name, "in"])
            sized[node.name] = size_of(node, most, slim=slim)
    _even(nodes, sized)
    boxes = [
        Box(node.name, *sized[node.name][1:], corners=not node.inside and node.shape is Shape.DECISION)
        for node in nodes
    ]
    ways = [Arrow(edge.start, edge.end, label_of(edge.label)[1] if edge.label else None, edge.dotted) for edge in edges]
    return _Level(nodes, sized, edges, layout(boxes, ways, _WIDE), levels)


def _even(nodes: Sequence[Node], sized: dict[str, tuple[Text, float, float]]) -> None:
    """Give plain steps of one level the same width, so that they stand in a column."""
    plain = [node.name for node in nodes if not node.inside and node.shape is not Shape.DECISION]
    widest = max((sized[name][1] for name in plain), default=0.0)
    for name in plain:
        text, _, high = sized[name]
        sized[name] = (text, widest, high)


def _frame(node: Node, laid: Layout) -> tuple[Text, float, float]:
    """The size of a frame around what is laid out inside of it."""
    text = text_of(node, max(laid.width, HEADER), bold=True)
    return text, max(laid.width, text.wide) + 2 * _PADDING, laid.height + _header(text) + _PADDING


def _header(text: Text) -> float:
    return text.high + 18


def _put(level: _Level, x: float, y: float, depth: int, made: Picture) -> None:
    """Everything of a level, at its place in the whole."""
    made.left_out += level.left_out
    for edge, route in zip(level.edges, level.laid.routes, strict=True):
        points = tuple((left + x, top + y) for left, top in route.points)
        if route.label is None:
            made.lines.append(Line(edge, points))
        else:
            found, size = label_of(edge.label)
            made.lines.append(Line(edge, points, found, (route.label[0] + x, route.label[1] + y), size))
    for node in level.nodes:
        text, wide, high = level.sized[node.name]
        left, top = level.laid.corners[node.name]
        made.marks.append(Mark(node, text, left + x, top + y, wide, high, depth))
        inner = level.levels.get(node.name)
        if inner:
            _put(inner, left + x + (wide - inner.laid.width) / 2, top + y + _header(text), depth + 1, made)
