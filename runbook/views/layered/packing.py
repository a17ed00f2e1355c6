"""Parts of a picture that no arrow ties together: each laid out for itself, in rows that are not too wide."""

from __future__ import annotations

from collections.abc import Sequence

from runbook.views.layered.model import Arrow, Box, Layout, Point, Route

_ACROSS = 28.0
_DOWN = 22.0

Part = tuple[Sequence[Box], Sequence[Arrow], Sequence[int]]
"""Boxes, the arrows between them, and their numbers among all arrows."""


def parts(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> list[Part]:
    """The parts that hang together, in the order of the text."""
    part = {box.name: box.name for box in boxes}

    def first(name: str) -> str:
        while part[name] != name:
            part[name] = part[part[name]]
            name = part[name]
        return name

    for arrow in arrows:
        part[first(arrow.end)] = first(arrow.start)
    found: dict[str, tuple[list[Box], list[Arrow], list[int]]] = {}
    for box in boxes:
        found.setdefault(first(box.name), ([], [], []))[0].append(box)
    for number, arrow in enumerate(arrows):
        _, theirs, numbers = found[first(arrow.start)]
        theirs.append(arrow)
        numbers.append(number)
    return list(found.values())


def packed(laid: Sequence[tuple[Layout, Sequence[int]]], arrows: int, wide: float) -> Layout:
    """All parts in one layout: rows from left to right, a new one when the next part is too wide for it."""
    corners: dict[str, Point] = {}
    routes = [Route(())] * arrows
    x = y = row = width = 0.0
    wide = _evenly([each.width for each, _ in laid], wide)
    for each, numbers in laid:
        if x and x + each.width > wide:
            x, y, row = 0.0, y + row + _DOWN, 0.0
        corners.update((name, (left + x, top + y)) for name, (left, top) in each.corners.items())
        for number, route in zip(numbers, each.routes, strict=True):
            label = (route.label[0] + x, route.label[1] + y) if route.label else None
            routes[number] = Route(tuple((left + x, top + y) for left, top in route.points), label)
        width = max(width, x + each.width)
        x += each.width + _ACROSS
        row = max(row, each.height)
    return Layout(width, y + row, corners, tuple(routes))


def _evenly(widths: Sequence[float], wide: float) -> float:
    """The narrowest that rows can be without one more of them."""
    most = _rows(widths, wide)
    low, high = max(widths), max(wide, *widths)
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if _rows(widths, middle) <= most else (middle, high)
    return high


def _rows(widths: Sequence[float], wide: float) -> int:
    rows, x = 1, 0.0
    for each in widths:
        if x and x + each > wide:
            rows, x = rows + 1, 0.0
        x += each + _ACROSS
    return rows
