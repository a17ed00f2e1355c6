"""Which arrows lead back: those of a circle that point against the order of the text."""

from __future__ import annotations

from collections.abc import Sequence

Pair = tuple[int, int]


def leading_back(count: int, pairs: Sequence[Pair]) -> list[bool]:
    """For each pair whether it leads back; without those there is no circle left."""
    circle = _circles(count, pairs)
    return [circle[start] == circle[end] and end <= start for start, end in pairs]


def _circles(count: int, pairs: Sequence[Pair]) -> list[int]:
    """For each vertex the number of the circle it is in (Tarjan's strongly connected parts, without recursion)."""
    after: list[list[int]] = [[] for _ in range(count)]
    for start, end in pairs:
        after[start].append(end)
    seen = [0] * count
    low = [0] * count
    circle = [-1] * count
    stack: list[int] = []
    clock = 0
    for root in range(count):
        if seen[root]:
            continue
        way = [(root, 0)]
        while way:
            vertex, place = way.pop()
            if place == 0:
                clock += 1
                seen[vertex] = low[vertex] = clock
                stack.append(vertex)
            for following in range(place, len(after[vertex])):
                other = after[vertex][following]
                if not seen[other]:
                    way.append((vertex, following + 1))
                    way.append((other, 0))
                    break
                if circle[other] < 0:
                    low[vertex] = min(low[vertex], seen[other])
            else:
                _close(vertex, low, seen, stack, circle)
                if way:
                    parent = way[-1][0]
                    low[parent] = min(low[parent], low[vertex])
    return circle


def _close(vertex: int, low: list[int], seen: list[int], stack: list[int], circle: list[int]) -> None:
    """Take the circle that begins at this vertex, if one does, off the stack."""
    if low[vertex] < seen[vertex]:
        return
    while True:
        other = stack.pop()
        circle[other] = vertex
        if other == vertex:
            return
