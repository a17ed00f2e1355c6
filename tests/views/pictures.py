"""What must hold of every picture: nothing lies on anything else, and everything is where it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

from runbook.views.layered.model import Arrow, Box, Layout, Point

Room = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def rooms(boxes: Iterable[Box], laid: Layout) -> dict[str, Room]:
    """Where each box is."""
    found = {}
    for box in boxes:
        x, y = laid.corners[box.name]
        found[box.name] = (x, y, x + box.width, y + box.height)
    return found


def overlap(one: Room, two: Room, apart: float = 0) -> bool:
    """True when two rooms lie on each other, or nearer than that."""
    return (
        one[0] < two[2] + apart - 0.01
        and two[0] < one[2] + apart - 0.01
        and one[1] < two[3] + apart - 0.01
        and two[1] < one[3] + apart - 0.01
    )


def through(points: Sequence[Point], room: Room) -> bool:
    """True when a line goes through the inside of a room."""
    inner = (room[0] + 1, room[1] + 1, room[2] - 1, room[3] - 1)
    return any(overlap(between(*each), inner) for each in pairwise(points))


def between(one: Point, two: Point) -> Room:
    """The room of one straight part of a line, which has hardly any breadth."""
    return (
        min(one[0], two[0]) - 0.05,
        min(one[1], two[1]) - 0.05,
        max(one[0], two[0]) + 0.05,
        max(one[1], two[1]) + 0.05,
    )


def straight(points: Sequence[Point]) -> bool:
    """True when every part of a line goes straight down, up or across."""
    return all(one[0] == two[0] or one[1] == two[1] for one, two in pairwise(points))


def crossings(routes: Iterable[Sequence[Point]]) -> int:
    """How often the lines cross each other."""
    count = 0
    for one, two in combinations(list(routes), 2):
        count += any(overlap(between(*a), between(*b)) for a in pairwise(one) for b in pairwise(two))
    return count


def together(one: Sequence[Point], two: Sequence[Point]) -> bool:
    """True when two lines lie on each other for a while, or hardly apart."""
    for a, b in pairwise(one):
        for c, d in pairwise(two):
            left, top, right, bottom = between(a, b)
            low, high, far, deep = between(c, d)
            across, down = min(right, far) - max(left, low), min(bottom, deep) - max(top, high)
            upright = a[0] == b[0] and c[0] == d[0]
            level = a[1] == b[1] and c[1] == d[1]
            if (upright and across > -2 and down > 1) or (level and down > -2 and across > 1):
                return True
    return False


def check(boxes: Sequence[Box], arrows: Sequence[Arrow], laid: Layout) -> None:
    """Fail when a box lies on another, an arrow goes through one or misses its ends, or something is outside."""
    found = rooms(boxes, laid)
    for one, two in combinations(found, 2):
        assert not overlap(found[one], found[two], 10), (one, two)
    for arrow, route in zip(arrows, laid.routes, strict=True):
        points = route.points
        assert straight(points), arrow
        start, end = found[arrow.start], found[arrow.end]
        assert on_border(points[0], start), (arrow, points)
        assert points[-1][1] == end[1], (arrow, points)
        assert end[0] <= points[-1][0] <= end[2], (arrow, points)
        assert points[-2][1] < points[-1][1], "it comes in from above"
        for name, room in found.items():
            assert not through(points, room), (arrow, name)
        if arrow.label:
            check_label(arrow, route.points, route.label, found)
        for x, y in points:
            assert -0.01 <= x <= laid.width + 0.01
            assert -0.01 <= y <= laid.height + 0.01
    for (one, first), (two, second) in combinations(zip(arrows, laid.routes, strict=True), 2):
        assert not together(first.points, second.points), (one, two)
    for room in found.values():
        assert room[0] >= -0.01
        assert room[1] >= -0.01
        assert room[2] <= laid.width + 0.01
        assert room[3] <= laid.height + 0.01


def on_border(point: Point, room: Room) -> bool:
    """True at the bottom of a box, or in the middle of one of its sides."""
    x, y = point
    return (y == room[3] and room[0] <= x <= room[2]) or (
        x in (room[0], room[2]) and abs(y - (room[1] + room[3]) / 2) < 0.1
    )


def check_label(arrow: Arrow, points: Sequence[Point], label: Point | None, found: dict[str, Room]) -> None:
    """A label stands on its arrow, and on no box."""
    assert label is not None
    assert arrow.label is not None
    (x, y), (wide, high) = label, arrow.label
    room = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
    assert any(overlap(between(*each), (x - 1, y - 1, x + 1, y + 1)) for each in pairwise(points)), arrow
    assert not any(overlap(room, each) for each in found.values()), arrow
