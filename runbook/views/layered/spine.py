"""Which arrows make the main lines: from each box to the one behind which most is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from runbook.views.layered.net import Net

NONE = -1
_ASIDE = 100_000
"""More than any way is long: what lies behind a light arrow is aside, however long it is."""


def spine(net: Net, place: Sequence[int], *, even: bool) -> tuple[list[int], list[int]]:
    """For each vertex the one right above and the one right below that it should stand straight with.

    Where two ways are alike, `even` leaves the box between them; otherwise the left one goes straight on.
    """
    chains = [chain for chain in net.chains if not chain.back]
    out: list[list[int]] = [[] for _ in range(net.boxes)]
    into: list[list[int]] = [[] for _ in range(net.boxes)]
    for number, chain in enumerate(chains):
        out[chain.vertices[0]].append(number)
        into[chain.vertices[-1]].append(number)
    by_rank = sorted(range(net.boxes), key=lambda vertex: net.rank[vertex])
    before = [0] * net.boxes
    behind = [0] * net.boxes

    def length(each: int) -> int:
        """How much an arrow adds to a way."""
        return -_ASIDE if chains[each].light else 1

    for vertex in by_rank:
        before[vertex] = max((before[chains[each].vertices[0]] + length(each) for each in into[vertex]), default=0)
    for vertex in reversed(by_rank):
        behind[vertex] = max((behind[chains[each].vertices[-1]] + length(each) for each in out[vertex]), default=0)

    def by_place(among: list[int], near: int) -> list[int]:
        """Chains from left to right."""
        return sorted(among, key=lambda each: place[chains[each].vertices[near]])

    def best(among: list[int], far: list[int], end: int, near: int) -> int:
        """The chain to most of the rest, the middle one of several."""
        keys = {each: (not chains[each].light, far[chains[each].vertices[end]]) for each in among}
        top = max(keys.values())
        equal = [each for each in by_place(among, near) if keys[each] == top]
        if len(equal) % 2 or not even:
            return equal[(len(equal) - 1) // 2]
        ordered = by_place(among, near)
        middle = ordered[len(ordered) // 2]
        return middle if len(ordered) % 2 and middle in equal else NONE

    forward = [best(each, behind, -1, 1) if each else NONE for each in out]
    backward = [best(each, before, 0, -2) if each else NONE for each in into]
    upper = [NONE] * len(net.rank)
    lower = [NONE] * len(net.rank)
    for number, chain in enumerate(chains):
        vertices = chain.vertices
        if forward[vertices[0]] == number and backward[vertices[-1]] == number:
            for one, two in pairwise(vertices):
                lower[one], upper[two] = two, one
    return upper, lower
