"""How far from the left each vertex stands: straight below what it belongs to (Brandes and Köpf 2001, with widths).

Four times the vertices are tied to those above or below them, leaning left or right, and pushed together each time;
what is kept is the middle of the four. Main lines and the points of long arrows are tied before everything else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from runbook.views.layered.net import Net
from runbook.views.layered.spine import NONE

GAP = 28.0
"""Between two boxes."""
LANE = 18.0
"""Between an arrow that passes and what stands beside it."""

Layers = Sequence[Sequence[int]]
Apart = dict[tuple[int, int], float]
"""How far the middles of two neighbours must be from each other at least."""


def across(net: Net, upper: Sequence[int], lower: Sequence[int]) -> list[float]:
    """The middle of each vertex, counted from the left border of the whole."""
    if not net.rank:
        return []
    crossed = _crossed(net, upper)
    apart = _apart(net, lower)
    found: list[list[float]] = []
    for down in (True, False):
        rows = net.layers if down else net.layers[::-1]
        beside, own, other = (net.above, upper, lower) if down else (net.below, lower, upper)
        for mirrored in (False, True):
            layers = [layer[::-1] for layer in rows] if mirrored else rows
            blocks = _blocks(layers, beside, own, other, crossed)
            x = _pushed(layers, blocks, net, apart)
            found.append([-each for each in x] if mirrored else x)
    return _middle(found, net.width)


def _apart(net: Net, lower: Sequence[int]) -> Apart:
    """Room for arrows that leave from the sides of a box: what they go to stands beside it, not below."""
    apart: Apart = {}
    place = {vertex: position for layer in net.layers for position, vertex in enumerate(layer)}
    for box in range(net.boxes):
        if not net.corners[box] or len(net.below[box]) < 2:
            continue
        ends = sorted(net.below[box], key=lambda vertex: place[vertex])
        alone = len(ends) == 2 and lower[box] == NONE
        need = net.width[box] / (1 if alone else 2) + GAP / (1 if alone else 2)
        for one, two in (ends[:2], ends[-2:]):
            if place[two] == place[one] + 1:
                apart[one, two] = need
    return apart


def _crossed(net: Net, upper: Sequence[int]) -> set[tuple[int, int]]:
    """The arrows between two layers that cross a main line or a long arrow: they are never made straight."""
    crossed: set[tuple[int, int]] = set()
    place = {vertex: position for layer in net.layers for position, vertex in enumerate(layer)}
    for layer in net.layers[1:]:
        if len(layer) < 2:
            continue
        long, main, rest = [], [], []
        for vertex in layer:
            for other in net.above[vertex]:
                pair = (place[other], place[vertex])
                if vertex >= net.boxes <= other:
                    long.append(pair)
                elif upper[vertex] == other:
                    main.append((pair, other, vertex))
                else:
                    rest.append((pair, other, vertex))
        strong = sorted(long)
        for pair, other, vertex in main:
            if _crosses(pair, strong):
                crossed |= {(other, vertex), (vertex, other)}
        kept = [pair for pair, other, vertex in main if (other, vertex) not in crossed]
        strong = sorted(long + kept)
        for pair, other, vertex in rest:
            if _crosses(pair, strong):
                crossed |= {(other, vertex), (vertex, other)}
    return crossed


def _crosses(pair: tuple[int, int], strong: Sequence[tuple[int, int]]) -> bool:
    """True when it crosses one of these, which are sorted by their upper ends."""
    first = bisect_left(strong, (pair[0], -1))
    after = bisect_left(strong, (pair[0] + 1, -1))
    return any(low > pair[1] for _, low in strong[:first]) or any(low < pair[1] for _, low in strong[after:])


def _blocks(
    layers: Layers,
    beside: Sequence[Sequence[int]],
    own: Sequence[int],
    other: Sequence[int],
    crossed: set[tuple[int, int]],
) -> list[int]:
    """For each vertex the first of those it stands straight with."""
    block = list(range(len(beside)))
    place = [0] * len(beside)
    for layer in layers:
        for position, vertex in enumerate(layer):
            place[vertex] = position
    for layer in layers:
        limit = -1
        for vertex in layer:
            for near in _candidates(vertex, beside[vertex], own, place):
                if other[near] not in (NONE, vertex) and (near, other[near]) not in crossed:
                    continue
                if limit < place[near] and (near, vertex) not in crossed:
                    block[vertex] = block[near]
                    limit = place[near]
                    break
    return block


def _candidates(vertex: int, beside: Sequence[int], own: Sequence[int], place: Sequence[int]) -> Sequence[int]:
    """What a vertex may be tied to: its main line, or else the one or two in the middle."""
    if own[vertex] != NONE:
        return (own[vertex],)
    if len(beside) < 2:
        return beside
    ordered = sorted(beside, key=lambda each: place[each])
    return ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]


def _pushed(layers: Layers, block: Sequence[int], net: Net, apart: Apart) -> list[float]:
    """The blocks pushed together to the left, then each back towards its right neighbour."""
    right: dict[int, dict[int, float]] = {first: {} for first in block}
    waits = dict.fromkeys(right, 0)
    for layer in layers:
        for one, two in pairwise(layer):
            start, end = block[one], block[two]
            gap = GAP if one < net.boxes > two else LANE
            need = (net.width[one] + net.width[two]) / 2 + gap
            if apart:
                need = max(need, apart.get((one, two), 0), apart.get((two, one), 0))
            if end not in right[start]:
                waits[end] += 1
                right[start][end] = need
            elif right[start][end] < need:
                right[start][end] = need
    order = [first for first, count in waits.items() if not count]
    x = dict.fromkeys(order, 0.0)
    for first in order:
        for other, need in right[first].items():
            x[other] = max(x.get(other, 0.0), x[first] + need)
            waits[other] -= 1
            if not waits[other]:
                order.append(other)
    for first in reversed(order):
        if right[first]:
            x[first] = max(x[first], min(x[other] - need for other, need in right[first].items()))
    return [x[first] for first in block]


def _middle(found: Sequence[Sequence[float]], width: Sequence[float]) -> list[float]:
    """The middle of the four, each first set to the side it leans to within the narrowest."""
    borders = [
        (
            min(x - wide / 2 for x, wide in zip(each, width, strict=True)),
            max(x + wide / 2 for x, wide in zip(each, width, strict=True)),
        )
        for each in found
    ]
    low, high = min(borders, key=lambda border: border[1] - border[0])
    shifts = [high - right if number % 2 else low - left for number, (left, right) in enumerate(borders)]
    middles = []
    for four in zip(*found, strict=True):
        ordered = sorted(x + shift for x, shift in zip(four, shifts, strict=True))
        middles.append((ordered[1] + ordered[2]) / 2)
    left = min(x - wide / 2 for x, wide in zip(middles, width, strict=True))
    return [x - left for x in middles]
