"""How large each node of a picture is, and in which lines its text stands."""

from __future__ import annotations

from dataclasses import dataclass

from runbook.views.drawing import Node, Shape
from runbook.views.layered.ports import MARGIN, STEP
from runbook.views.picture.letters import lines, one_line, width

TITLE = 13.0
NUMBER = 11.5
NOTE = 11.0
LINE = 17.0
"""From one line of a title to the next."""
SMALL_LINE = 15.0
SLANT = 10.0
"""How far the ends of what has six sides, or is slanted, reach in."""
DOUBLE = 5.0
"""Between the two edges of another procedure."""
_AROUND = 12.0
_ABOVE = 9.0
_APART = 8.0
"""Between a number and its title."""
_WIDEST = 208.0
_NARROWEST = 124.0
_DIAMOND = 176.0
_SLIM = 0.62
"""By how much titles are narrower where many steps stand side by side."""
_LABEL = 150.0
HEADER = 240.0
"""How wide a frame may get for its title alone."""


@dataclass(frozen=True, slots=True)
class Text:
    """What stands in a node: its number, its title in lines, and a note below; how wide all that is."""

    number: str
    title: tuple[str, ...]
    note: tuple[str, ...]
    full: str
    """All of it, in one line."""
    wide: float
    high: float

    @property
    def indent(self) -> float:
        """What the number takes at the left."""
        return width(self.number, NUMBER, bold=True) + _APART if self.number else 0.0


def text_of(node: Node, wide: float, most: int = 2, *, bold: bool = False) -> Text:
    """The text of a node in lines not wider than that, its title in so many at most."""
    number = one_line(node.number)
    indent = width(number, NUMBER, bold=True) + _APART if number else 0.0
    title = lines(node.title or node.label, TITLE, wide - indent, most, bold=bold)
    note = lines(node.note, NOTE, wide - indent) if node.note else ()
    across = max([width(each, TITLE, bold=bold) for each in title] + [width(each, NOTE) for each in note])
    full = " ".join(each for each in (number, one_line(node.title or node.label)) if each)
    full += f", {one_line(node.note)}" if node.note else ""
    return Text(number, title, note, full, indent + across, len(title) * LINE + len(note) * SMALL_LINE)


def size_of(node: Node, arrows: int, *, slim: bool = False) -> tuple[Text, float, float]:
    """Text, width and height of a node that is no frame, with that many arrows at one side of it."""
    part, most = (_SLIM, 3) if slim else (1.0, 2)
    if node.shape is Shape.DECISION:
        text = text_of(node, _DIAMOND * (part + 1) / 2, most)
        height = text.high * 2 + 16
        wide = max(text.wide + 10, 90.0) / (1 - text.high / height)
        return text, _even(max(wide, (arrows - 1) * STEP * 3)), height
    ends = {Shape.APPROVAL: SLANT, Shape.WAIT: SLANT, Shape.PROCESS: DOUBLE + 1}.get(node.shape, 0.0)
    text = text_of(node, _WIDEST * part, most)
    wide = max(text.wide + 2 * (_AROUND + ends), _NARROWEST * part, (arrows - 1) * STEP + 2 * MARGIN)
    return text, _even(wide), text.high + 2 * _ABOVE


def label_of(text: str) -> tuple[tuple[str, ...], tuple[float, float]]:
    """What is written on an arrow, in lines, and how large that is."""
    found = lines(text, NOTE, _LABEL)
    return found, (_even(max(width(each, NOTE) for each in found) + 12), len(found) * SMALL_LINE + 4)


def _even(wide: float) -> float:
    """The next width on a grid, so that boxes of nearly the same width have the same."""
    return -(-wide // 12) * 12
