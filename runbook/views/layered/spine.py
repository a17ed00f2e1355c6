"""Which arrows make the main lines: from each box to the one behind which most is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from runbook.views.layered.net import Chain, Net

NONE = -1
_ASIDE = 100_000
"""More than any way is long: what lies behind a light arrow is aside, however long it is."""

Lines = tuple[list[int], list[int]]
"""For each vertex the one right above and the one right below that it should stand straight with."""


def spine(net: Net, place: Sequence[int], *, even: bool) -> Lines:
    """The main lines; where two ways are alike, `even` leaves the box between them, else the left one is straight."""
    chains = [chain for chain in net.chains if not chain.back]
    out: list[list[Chain]] = [[] for _ in range(net.boxes)]
    into: list[list[Chain]] = [[] for _ in range(net.boxes)]
    for chain in sorted(chains, key=lambda chain: place[chain.vertices[1]]):
        out[chain.vertices[0]].append(chain)
    for chain in sorted(chains, key=lambda chain: place[chain.vertices[-2]]):
        into[chain.vertices[-1]].append(chain)
    before, behind = _lengths(net, out, into)
    onward = [_best(each, [behind[chain.vertices[-1]] for chain in each], even=even) for each in out]
    back = [_best(each, [before[chain.vertices[0]] for chain in each], even=even) for each in into]
    upper = [NONE] * len(net.rank)
    lower = [NONE] * len(net.rank)
    for chain in chains:
        vertices = chain.vertices
        if onward[vertices[0]] is chain and back[vertices[-1]] is chain:
            for one, two in pairwise(vertices):
                lower[one], upper[two] = two, one
    return upper, lower


def _lengths(net: Net, out: Sequence[Sequence[Chain]], into: Sequence[Sequence[Chain]]) -> tuple[list[int], list[int]]:
    """For each box how long the longest way to it is, and the longest from it."""
    before = [0] * net.boxes
    behind = [0] * net.boxes
    by_rank = sorted(range(net.boxes), key=lambda box: net.rank[box])
    for box in by_rank:
        before[box] = max((before[chain.vertices[0]] + _length(chain) for chain in into[box]), default=0)
    for box in reversed(by_rank):
        behind[box] = max((behind[chain.vertices[-1]] + _length(chain) for chain in out[box]), default=0)
    return before, behind


def _length(chain: Chain) -> int:
    return -_ASIDE if chain.light else 1


def _best(among: Sequence[Chain], far: Sequence[int], *, even: bool) -> Chain | None:
    """Of chains from left to right the one to most of the rest, the middle one of several."""
    if not among:
        return None
    keys = [(not chain.light, length) for chain, length in zip(among, far, strict=True)]
    top = max(keys)
    equal = [chain for chain, own in zip(among, keys, strict=True) if own == top]
    if len(equal) % 2 or not even:
        return equal[(len(equal) - 1) // 2]
    middle = among[len(among) // 2]
    return middle if len(among) % 2 and any(chain is middle for chain in equal) else None
