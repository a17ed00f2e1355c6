"""A drawing as SVG: inside of a page, where every step leads to its text, or as a file of its own.

Rule 1: every colour and size stands in attributes too, so that the picture is right where no style reaches it.
Rule 2: no `style` attribute, no script and nothing from elsewhere: a strict content security policy lets it pass.
Rule 3: what authors wrote is escaped in one place, `element` and `_text`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from runbook.palette import LIGHT
from runbook.views.drawing import Drawing, Shape, every
from runbook.views.language import ENGLISH, Language
from runbook.views.markdown import anchor
from runbook.views.picture.colours import OF_SHAPE, OF_STATE, style_alone
from runbook.views.picture.letters import one_line
from runbook.views.picture.placing import Line, Mark, Picture, picture
from runbook.views.picture.shapes import inset, number, outline, path
from runbook.views.picture.signs import SIGNS
from runbook.views.picture.sizes import LINE, NOTE, NUMBER, SMALL_LINE, TITLE, Text

_MARGIN = 14.0
_FONT = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, DejaVu Sans, Arial, sans-serif"
_HEAD = 8.0
_SAID = 24.0
"""Room for what is said below the picture."""
_TINT = {Shape.PERSON: "0", Shape.WAIT: "0.06", Shape.DECISION: "0.09"}


def svg(
    drawing: Drawing,
    *,
    title: str,
    prefix: str = "diagram",
    page: str | None = "",
    states: Mapping[str, str] | None = None,
    language: Language = ENGLISH,
) -> str:
    """The drawing as an element of a page; its ids begin with `prefix`, which differs for each on one page.

    `page` is the address of the page that its steps lead to: empty for the one it stands in, None for no links.
    `states` says what has become of steps: for ids of steps the values of `Status`.
    """
    made = picture(drawing)
    parts = [*_told(drawing, title, prefix, language), *_body(made, page, states or {}, language)]
    return element("svg", _root(made, prefix), "\n".join(parts))


def stand_alone(
    drawing: Drawing, *, title: str, states: Mapping[str, str] | None = None, language: Language = ENGLISH
) -> str:
    """The drawing as a file of its own, light or dark as its reader likes it, without links."""
    made = picture(drawing)
    parts = [
        *_told(drawing, title, "diagram", language),
        f"<style>{style_alone()}</style>",
        *_body(made, None, states or {}, language),
    ]
    root = {"xmlns": "http://www.w3.org/2000/svg", **_root(made, "diagram"), "role": "img"}
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{element("svg", root, chr(10).join(parts))}\n'


def _root(made: Picture, prefix: str) -> dict[str, str]:
    wide, high = made.width + 2 * _MARGIN, made.height + 2 * _MARGIN + (_SAID if made.left_out else 0)
    return {
        "class": "diagram",
        "role": "group",
        "aria-labelledby": f"{prefix}-title",
        "aria-describedby": f"{prefix}-desc",
        "width": number(wide),
        "height": number(high),
        "viewBox": f"{number(-_MARGIN)} {number(-_MARGIN)} {number(wide)} {number(high)}",
        "font-family": _FONT,
        "font-size": number(TITLE),
    }


def _told(drawing: Drawing, title: str, prefix: str, language: Language) -> list[str]:
    """The title, and what there is to be seen."""
    steps = sum(bool(node.step) for each in drawing.nodes for node in every(each))
    told = language.count(steps, "{number} step", "{number} steps")
    told += ". " + language.say("Arrows lead from each step to what comes after it.")
    return [
        element("title", {"id": f"{prefix}-title"}, escape(one_line(title))),
        element("desc", {"id": f"{prefix}-desc"}, escape(told)),
    ]


def _body(made: Picture, page: str | None, states: Mapping[str, str], language: Language) -> Iterator[str]:
    marks = {mark.node.name: mark for mark in made.marks}
    for mark in made.marks:
        if mark.node.inside:
            yield _frame(mark)
    yield from (_arrow(line, marks) for line in made.lines)
    yield from (_label(line) for line in made.lines if line.label)
    if made.left_out:
        said = language.say("{number} arrows are too many to draw; each step says what it needs.", number=made.left_out)
        yield _text(said, 0, made.height + _SAID, "d-note", NOTE, "muted")
    yield from (_node(mark, page, states.get(mark.node.step, ""), language) for mark in made.marks)


def _frame(mark: Mark) -> str:
    wide, high = number(mark.width), number(mark.height)
    fill = LIGHT["panel" if mark.depth % 2 == 0 else "background"]
    kind = "d-frame" if mark.depth % 2 == 0 else "d-frame d-inner"
    where = {"class": kind, "x": number(mark.x), "y": number(mark.y), "width": wide, "height": high}
    return element("rect", {**where, "rx": "9", "fill": fill, "stroke": LIGHT["line"], "stroke-width": "1.2"})


def _arrow(line: Line, marks: Mapping[str, Mark]) -> str:
    """The line and its head; it begins and ends at the outline of its nodes."""
    points = list(line.points)
    x, y = points[0]
    start = marks[line.edge.start]
    if y >= start.y + start.height:
        points[0] = (x, y - inset(start, x))
    x, y = points[-1]
    tip = y + inset(marks[line.edge.end], x)
    points[-1] = (x, tip - _HEAD + 1)
    drawn = {"class": "d-edge", "d": path(points), "fill": "none", "stroke": LIGHT["muted"], "stroke-width": "1.4"}
    if line.edge.dotted:
        drawn |= {"class": "d-edge d-dotted", "stroke-dasharray": "2 4", "stroke-linecap": "round"}
    half, base = _HEAD / 2 + 0.2, number(tip - _HEAD)
    head = f"M{number(x - half)} {base}L{number(x)} {number(tip)}L{number(x + half)} {base}Z"
    return element("path", drawn) + element("path", {"class": "d-head", "d": head, "fill": LIGHT["muted"]})


def _label(line: Line) -> str:
    """What is written on an arrow, on a ground of its own."""
    (x, y), (wide, high) = line.middle, line.size
    ground = {"x": x - wide / 2, "y": y - high / 2, "width": wide, "height": high, "rx": 4.0}
    box = {name: number(value) for name, value in ground.items()}
    parts = [element("rect", {"class": "d-label", **box, "fill": LIGHT["background"], "stroke": LIGHT["line"]})]
    top = y - len(line.label) * SMALL_LINE / 2 + 11
    for place, each in enumerate(line.label):
        parts.append(_text(each, x, top + place * SMALL_LINE, "d-said", NOTE, "muted", "middle"))
    return element("g", {}, _told_in_full(line.edge.label, line.label) + "".join(parts))


def _told_in_full(text: str, shown: tuple[str, ...]) -> str:
    """The text for who points at it, where it was shortened."""
    return element("title", {}, escape(one_line(text))) if shown[-1].endswith("…") else ""


def _node(mark: Mark, page: str | None, state: str, language: Language) -> str:
    """The shape, its number and title, and the sign of what has become of it; all of it leads to the step."""
    kind = "title" if mark.node.inside else mark.node.shape.name.lower()
    parts = [element("title", {}, escape(_full(mark.text, state, language)))]
    if not mark.node.inside:
        parts.extend(shape(mark, state))
    elif page is not None and mark.node.step:
        parts.append(_touch(mark))
    parts.extend(_letters(mark))
    if state in SIGNS:
        parts.append(_sign(mark, state))
    classes = f"d-node d-{kind}" + (f" d-{state.replace(' ', '-')}" if state in SIGNS else "")
    if page is None or not mark.node.step:
        return element("g", {"class": classes}, "".join(parts))
    return element("a", {"class": classes, "href": f"{page}#{anchor('step', mark.node.step)}"}, "".join(parts))


def shape(mark: Mark, state: str = "") -> Iterator[str]:
    """The outline of a node, on a ground that nothing shines through."""
    colour = LIGHT[OF_STATE.get(state, OF_SHAPE[mark.node.shape])]
    for place, (name, attributes) in enumerate(outline(mark)):
        if place:
            fill = {"class": "d-shape d-inner", "fill": "none"}
        else:
            yield element(name, {"class": "d-ground", **attributes, "fill": LIGHT["background"]})
            fill = {"class": "d-shape", "fill": colour, "fill-opacity": _TINT.get(mark.node.shape, "0.07")}
        yield element(name, {**fill, **attributes, "stroke": colour, "stroke-width": "1.4"})


def _touch(mark: Mark) -> str:
    """Room to point at around the title of a frame that leads to its step."""
    wide, high = number(mark.text.wide + 16), number(mark.text.high + 10)
    where = {"class": "d-touch", "x": number(mark.x + 6), "y": number(mark.y + 4), "width": wide, "height": high}
    return element("rect", {**where, "rx": "5", "fill": "none", "pointer-events": "all"})


def _full(text: Text, state: str, language: Language) -> str:
    return f"{text.full}: {language.say(state)}" if state in SIGNS else text.full


def _letters(mark: Mark) -> Iterable[str]:
    """The number, the title beside it and the note below."""
    text = mark.text
    bold = bool(mark.node.inside)
    if bold:
        left, y = mark.x + 14, mark.y + 22
    else:
        left, y = mark.x + (mark.width - text.wide) / 2, mark.y + (mark.height - text.high) / 2 + 12.8
    if text.number:
        yield _text(text.number, left, y, "d-number", NUMBER, "muted", weight="700")
    start, anchor = left + text.indent, ""
    for each in text.title:
        yield _text(each, start, y, "d-words", TITLE, "text", anchor, "600" if bold else "")
        y += LINE
    y -= 1.5
    for each in text.note:
        yield _text(each, start, y, "d-note", NOTE, "muted", anchor)
        y += SMALL_LINE


def _sign(mark: Mark, state: str) -> str:
    x, y = mark.x + mark.width - 3, mark.y + 3
    if mark.node.shape is Shape.DECISION and not mark.node.inside:
        x, y = mark.x + mark.width * 0.7 + 6, mark.y + mark.height * 0.2 - 5
    colour = LIGHT[OF_STATE[state]]
    circle = element("circle", {"r": "8.5", "fill": LIGHT["background"], "stroke": colour, "stroke-width": "1.5"})
    strokes = {"d": SIGNS[state], "fill": "none", "stroke": colour, "stroke-width": "1.8", "stroke-linecap": "round"}
    moved = f"translate({number(x)} {number(y)})"
    return element("g", {"class": "d-sign", "transform": moved}, circle + element("path", strokes))


def _text(
    text: str, x: float, y: float, kind: str, size: float, colour: str, anchor: str = "", weight: str = ""
) -> str:
    attributes = {"class": kind, "x": number(x), "y": number(y), "font-size": number(size), "fill": LIGHT[colour]}
    if anchor:
        attributes["text-anchor"] = anchor
    if weight:
        attributes["font-weight"] = weight
    return element("text", attributes, escape(text)) + "\n"


def element(name: str, attributes: Mapping[str, str], inside: str = "") -> str:
    """An element; `inside` is escaped already."""
    told = "".join([f' {key}="{_quoted(value)}"' for key, value in attributes.items()])
    return f"<{name}{told}>{inside}</{name}>"


@functools.lru_cache(maxsize=4_000)
def _quoted(value: str) -> str:
    """The value of an attribute, escaped; the same colours, classes and sizes come again on every picture."""
    return escape(value)
