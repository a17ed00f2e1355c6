"""In which order the vertices of a layer stand, so that few arrows cross: sweeps by median, and swaps of neighbours."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from runbook.views.layered.net import Net

_SWEEPS = 12
_PATIENCE = 4


def put_in_order(net: Net) -> int:
    """Give every layer its order; says how many crossings are left. What crosses is tried from several beginnings."""
    best, fewest = _from(net, mirrored=False, down=False)
    for mirrored, down in ((False, True), (True, False), (True, True)):
        if not fewest:
            break
        layers, found = _from(net, mirrored=mirrored, down=down)
        if found < fewest:
            best, fewest = layers, found
    net.layers = best
    return fewest


def _from(net: Net, *, mirrored: bool, down: bool) -> tuple[list[list[int]], int]:
    """The best order that sweeps come to from one beginning, and its crossings."""
    net.layers = _as_in_the_text(net, mirrored=mirrored)
    place = [0] * len(net.rank)
    _number(net.layers, place)
    best = [list(layer) for layer in net.layers]
    fewest = crossings(net, place)
    waited = 0
    for sweep in range(_SWEEPS):
        if not fewest or waited == _PATIENCE:
            break
        _sweep(net, place, down=(sweep % 2 == 0) == down)
        _swap(net, place)
        found = crossings(net, place)
        waited += 1
        if found < fewest:
            best, fewest, waited = [list(layer) for layer in net.layers], found, 0
    return best, fewest


def crossings(net: Net, place: Sequence[int]) -> int:
    """How many pairs of arrows cross between the layers."""
    found = 0
    for layer in net.layers:
        seen: list[int] = []
        for vertex in layer:
            ends = sorted(place[other] for other in net.below[vertex])
            if seen:
                found += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
            for end in ends:
                insort(seen, end)
    return found


def _as_in_the_text(net: Net, *, mirrored: bool) -> list[list[int]]:
    """The first order: depth first along the arrows, in the order of the text or against it."""
    layers: list[list[int]] = [[] for _ in net.layers]
    seen = [False] * len(net.rank)
    for root in sorted(range(len(net.rank)), key=lambda vertex: (net.rank[vertex], vertex)):
        way = [root]
        while way:
            vertex = way.pop()
            if seen[vertex]:
                continue
            seen[vertex] = True
            layers[net.rank[vertex]].append(vertex)
            way.extend(net.below[vertex] if mirrored else reversed(net.below[vertex]))
    return layers


def _number(layers: Sequence[Sequence[int]], place: list[int]) -> None:
    for layer in layers:
        for position, vertex in enumerate(layer):
            place[vertex] = position


def _sweep(net: Net, place: list[int], *, down: bool) -> None:
    """Sort each layer by the medians of the one before it; who has no neighbour there keeps its position."""
    beside = net.above if down else net.below
    for layer in net.layers if down else reversed(net.layers):
        if len(layer) < 2:
            continue
        tied = [vertex for vertex in layer if beside[vertex]]
        keys = {vertex: _median([place[other] for other in beside[vertex]]) for vertex in tied}
        tied.sort(key=lambda vertex: keys[vertex])
        queue = iter(tied)
        layer[:] = [next(queue) if beside[vertex] else vertex for vertex in layer]
        _number([layer], place)


def _median(places: list[int]) -> float:
    """The median; of an even number the two in the middle, nearer to the side where the places lie closer."""
    places.sort()
    middle = len(places) // 2
    if len(places) % 2:
        return places[middle]
    if len(places) == 2:
        return (places[0] + places[1]) / 2
    left = places[middle - 1] - places[0]
    right = places[-1] - places[middle]
    if not left + right:
        return (places[middle - 1] + places[middle]) / 2
    return (places[middle - 1] * right + places[middle] * left) / (left + right)


def _swap(net: Net, place: list[int]) -> None:
    """Swap neighbours as long as that takes crossings away."""
    changed = set(range(len(net.layers)))
    for _ in range(len(net.layers) + 4):
        todo, changed = sorted(changed), set()
        for rank in todo:
            if _swap_layer(net, net.layers[rank], place):
                changed.update(each for each in (rank - 1, rank, rank + 1) if 0 <= each < len(net.layers))
        if not changed:
            return


def _swap_layer(net: Net, layer: list[int], place: list[int]) -> bool:
    swapped = False
    for position in range(len(layer) - 1):
        left, right = layer[position], layer[position + 1]
        gain = 0
        for beside in (net.above, net.below):
            if beside[left] and beside[right]:
                ours = [place[other] for other in beside[left]]
                theirs = [place[other] for other in beside[right]]
                gain += sum((one > two) - (one < two) for one in ours for two in theirs)
        if gain > 0:
            layer[position], layer[position + 1] = right, left
            place[left], place[right] = position + 1, position
            swapped = True
    return swapped
