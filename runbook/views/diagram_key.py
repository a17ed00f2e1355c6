"""What the shapes of a diagram mean: those that appear, each beside its words."""

from __future__ import annotations

import functools
from html import escape

from runbook.phrases import Phrase
from runbook.views.drawing import Drawing, Node, Shape, every
from runbook.views.language import ENGLISH, Language
from runbook.views.picture.placing import Mark
from runbook.views.picture.sizes import text_of
from runbook.views.svg import element, shape

_WIDE, _HIGH = 34.0, 18.0


_WORDS = {
    Shape.PERSON: Phrase("a person"),
    Shape.MACHINE: Phrase("automatic"),
    Shape.DECISION: Phrase("a decision"),
    Shape.APPROVAL: Phrase("an approval"),
    Shape.WAIT: Phrase("a wait"),
    Shape.PROCESS: Phrase("another procedure"),
}


def key(drawing: Drawing, *, language: Language = ENGLISH) -> str:
    """A list of the shapes, as an element of a page; empty when there is only one and nothing is dotted."""
    used = {node.shape for each in drawing.nodes for node in every(each) if not node.inside}
    items = [(_shape(each), _WORDS[each]) for each in Shape if each in used]
    if any(edge.dotted for edge in drawing.edges):
        items.append((_dotted(), Phrase("only under a condition")))
    if len(items) < 2:
        return ""
    listed = "".join(element("li", {}, f"{picture} {escape(language.say(words))}") for picture, words in items)
    return element("ul", {"class": "diagram-key"}, listed)


@functools.cache
def _shape(kind: Shape) -> str:
    node = Node("", "", kind)
    mark = Mark(node, text_of(node, 0), 1, 1, _WIDE, _HIGH)
    return _picture(element("g", {"class": f"d-node d-{kind.name.lower()}"}, "".join(shape(mark))))


def _dotted() -> str:
    line = {"class": "d-edge d-dotted", "d": f"M1 {_HIGH / 2 + 1}H{_WIDE + 1}", "fill": "none", "stroke-width": "1.4"}
    return _picture(element("path", {**line, "stroke": "currentColor", "stroke-dasharray": "2 4"}))


def _picture(inside: str) -> str:
    wide, high = f"{_WIDE + 2:.0f}", f"{_HIGH + 2:.0f}"
    where = {"class": "diagram", "aria-hidden": "true", "width": wide, "height": high}
    return element("svg", {**where, "viewBox": f"0 0 {wide} {high}"}, inside)
