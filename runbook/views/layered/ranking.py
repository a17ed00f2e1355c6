"""In which layer each box stands: below all that lead to it, and as near as can be to what it leads to."""

from __future__ import annotations

from collections.abc import Sequence

Link = tuple[int, int, int]
"""Start, end, and how many layers the end stands below the start at least."""


def ranks(count: int, links: Sequence[Link]) -> list[int]:
    """The layer of each vertex, from 0, for links without a circle."""
    out: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    into: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for start, end, length in links:
        out[start].append((end, length))
        into[end].append((start, length))
    order = _sorted(count, out, into)
    rank = [0] * count
    for vertex in order:
        rank[vertex] = max((rank[other] + length for other, length in into[vertex]), default=0)
    for vertex in reversed(order):
        if len(out[vertex]) > len(into[vertex]):
            rank[vertex] = min(rank[other] - length for other, length in out[vertex])
    first = min(rank, default=0)
    return [each - first for each in rank]


def _sorted(count: int, out: list[list[tuple[int, int]]], into: list[list[tuple[int, int]]]) -> list[int]:
    """The vertices so that every link leads on."""
    open_ = [len(each) for each in into]
    ready = [vertex for vertex in range(count) if not open_[vertex]]
    for vertex in ready:
        for other, _ in out[vertex]:
            open_[other] -= 1
            if not open_[other]:
                ready.append(other)
    return ready
