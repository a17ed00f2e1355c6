"""The outlines of nodes, by who does the step: colour is never the only sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook.views.drawing import Shape
from runbook.views.layered.model import Point
from runbook.views.picture.placing import Mark
from runbook.views.picture.sizes import DOUBLE, SLANT

Attributes = dict[str, str]

ROUND = 17.0
_CORNER = 5.0
_BEND = 7.0


def number(value: float) -> str:
    """A length as it stands in a picture."""
    return f"{value:.1f}".removesuffix(".0")


def outline(mark: Mark) -> Iterator[tuple[str, Attributes]]:
    """The elements a node's shape is made of, the first with its fill."""
    x, y, wide, high = mark.x, mark.y, mark.width, mark.height
    match mark.node.shape:
        case Shape.DECISION:
            yield _polygon([(x + wide / 2, y), (x + wide, y + high / 2), (x + wide / 2, y + high), (x, y + high / 2)])
        case Shape.APPROVAL:
            middle, in_, out = y + high / 2, x + SLANT, x + wide - SLANT
            yield _polygon([(in_, y), (out, y), (x + wide, middle), (out, y + high), (in_, y + high), (x, middle)])
        case Shape.WAIT:
            yield _polygon([(x + SLANT, y), (x + wide, y), (x + wide - SLANT, y + high), (x, y + high)])
        case Shape.PROCESS:
            yield _box(x, y, wide, high, _CORNER)
            yield _box(x + DOUBLE - 1, y + DOUBLE - 1, wide - 2 * DOUBLE + 2, high - 2 * DOUBLE + 2, 2)
        case Shape.PERSON:
            yield _box(x, y, wide, high, min(ROUND, high / 2))
        case _:
            yield _box(x, y, wide, high, _CORNER)


def inset(mark: Mark, x: float) -> float:
    """How far below the top of a node, or above its bottom, its outline is at that place."""
    if mark.node.inside or mark.node.shape is not Shape.DECISION:
        return 0.0
    return mark.height * abs(x - mark.x - mark.width / 2) / mark.width


def path(points: Sequence[Point]) -> str:
    """The line through these corners, which are rounded."""
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_BEND, _far(before, corner) / 2, _far(corner, after) / 2)
        one, two = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(f"L{number(one[0])} {number(one[1])}Q{number(corner[0])} {number(corner[1])}")
        parts.append(f" {number(two[0])} {number(two[1])}")
    return f"{''.join(parts)}L{number(points[-1][0])} {number(points[-1][1])}"


def _far(one: Point, two: Point) -> float:
    return abs(one[0] - two[0]) + abs(one[1] - two[1])


def _towards(start: Point, end: Point, length: float) -> Point:
    far = _far(start, end) or 1.0
    return start[0] + (end[0] - start[0]) * length / far, start[1] + (end[1] - start[1]) * length / far


def _box(x: float, y: float, wide: float, high: float, corner: float) -> tuple[str, Attributes]:
    sizes = {"x": x, "y": y, "width": wide, "height": high, "rx": corner}
    return "rect", {name: number(value) for name, value in sizes.items()}


def _polygon(points: Sequence[Point]) -> tuple[str, Attributes]:
    return "polygon", {"points": " ".join(f"{number(x)},{number(y)}" for x, y in points)}
