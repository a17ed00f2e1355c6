"""The whole layout: order, places, ports and tracks put together, each part that hangs together for itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from runbook.views.layered.model import Arrow, Box, Layout, Point, Route
from runbook.views.layered.net import Chain, Net, net
from runbook.views.layered.ordering import put_in_order
from runbook.views.layered.packing import packed, parts
from runbook.views.layered.placing import across
from runbook.views.layered.ports import Ports, ports
from runbook.views.layered.spine import spine
from runbook.views.layered.tracks import Run, assign

_TRACK = 10.0
"""Between two runs across."""
_OUT = 12.0
"""From a box down to the first run."""
_IN = 18.0
"""From the last run down to a box, arrowhead and all."""
_SMALL = 45.0
"""A bend of less than that looks like a mistake."""
_TALL = 30.0
"""By how much a box must be taller than another in its layer for both to begin at the same height."""

Runs = dict[tuple[int, int], tuple[Run, int]]
"""For each part of an arrow its run and the gap below which layer it is in."""


def layout(boxes: Sequence[Box], arrows: Sequence[Arrow], wide: float = 720) -> Layout:
    """Places for boxes whose names differ; parts that no arrow ties together stand side by side up to `wide`."""
    groups = parts(boxes, arrows)
    if len(groups) == 1:
        return _connected(boxes, arrows)
    return packed([(_connected(some, ways), numbers) for some, ways, numbers in groups], len(arrows), wide)


def _connected(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Layout:
    made = net(boxes, arrows)
    put_in_order(made)
    place = [0] * len(made.rank)
    for layer in made.layers:
        for position, vertex in enumerate(layer):
            place[vertex] = position
    x, found = _straightest(made, place)
    runs = _runs(made, x, found)
    tops, heights, gaps = _heights(made, runs)
    y = [0.0] * len(made.rank)
    for rank, layer in enumerate(made.layers):
        level = all(heights[rank] - made.height[vertex] <= _TALL for vertex in layer if vertex < made.boxes)
        for vertex in layer:
            y[vertex] = tops[rank] + ((heights[rank] - made.height[vertex]) / 2 if level else 0)
    routes = [_route(made, number, x, y, runs, gaps, found.corners.get(number)) for number in range(len(made.chains))]
    return _trimmed(boxes, made, x, y, routes)


def _straightest(made: Net, place: Sequence[int]) -> tuple[list[float], Ports]:
    """Places and ports with the boxes in the middle of two like ways, unless that makes arrows that bend a little."""
    best: tuple[int, list[float], Ports] | None = None
    known = None
    for even in (True, False):
        lines = spine(made, place, even=even)
        if lines == known:
            break
        x = across(made, *lines)
        found = ports(made, x, *lines)
        bends = sum(0 < abs(one - two) < _SMALL for one, two in _steps(made, x, found))
        if best is None or bends < best[0]:
            best, known = (bends, x, found), lines
        if not bends:
            break
    assert best is not None
    return best[1], best[2]


def _steps(made: Net, x: Sequence[float], found: Ports) -> Iterator[tuple[float, float]]:
    """For each part of an arrow that leads on, where it begins and where it ends across."""
    for number, chain in enumerate(made.chains):
        if not chain.back:
            ways = [found.start(made, x, number), *(x[each] for each in chain.vertices[1:-1]), found.end(made, number)]
            yield from pairwise(ways)


def _runs(made: Net, x: Sequence[float], found: Ports) -> Runs:
    """The parts of all arrows, each with a track."""
    runs: Runs = {}
    for number, chain in enumerate(made.chains):
        start, end = found.start(made, x, number), found.end(made, number)
        vertices = chain.vertices
        if chain.back:
            up = vertices[2:-2]
            runs[number, 0] = Run((start, x[up[0]]), ()), made.rank[vertices[0]]
            for place, (low, high) in enumerate(pairwise(up), 1):
                runs[number, place] = Run((x[high],), (x[low],)), made.rank[high]
            runs[number, len(up)] = Run((), (x[up[-1]], end)), made.rank[vertices[-1]] - 1
            continue
        ways = [start, *(x[each] for each in vertices[1:-1]), end]
        for place, (one, two) in enumerate(pairwise(ways)):
            runs[number, place] = Run((one,), (two,)), made.rank[vertices[place]]
    return runs


def _heights(made: Net, runs: Runs) -> tuple[list[float], list[float], list[tuple[float, float]]]:
    """Where each layer begins, how high it is, and for each gap where its first track is and how far they are apart."""
    by_gap: list[list[Run]] = [[] for _ in made.layers]
    for run, gap in runs.values():
        by_gap[gap].append(run)
    heights = [max(made.height[vertex] for vertex in layer) for layer in made.layers]
    tops: list[float] = []
    gaps: list[tuple[float, float]] = []
    y = 0.0
    for rank, layer in enumerate(made.layers):
        tops.append(y)
        y += heights[rank]
        tracks = assign(by_gap[rank])
        out = _OUT if any(vertex < made.boxes for vertex in layer) else _OUT / 2
        below = made.layers[rank + 1] if rank + 1 < len(made.layers) else ()
        into = _IN if any(vertex < made.boxes for vertex in below) else _OUT / 2
        gaps.append((y + out, _TRACK))
        y += out + into + max(tracks - 1, 0) * _TRACK
    return tops, heights, gaps


def _route(
    made: Net,
    number: int,
    x: Sequence[float],
    y: Sequence[float],
    runs: Runs,
    gaps: Sequence[tuple[float, float]],
    corner: float | None,
) -> Route:
    chain = made.chains[number]
    start, end = chain.vertices[0], chain.vertices[-1]
    points: list[Point] = []
    place = 0
    while (number, place) in runs:
        run, gap = runs[number, place]
        first, track = gaps[gap]
        height = first + run.track * track
        one, two = _ends(chain, place, run)
        if not points and corner is not None:
            points.extend([(corner, y[start] + made.height[start] / 2), (one, y[start] + made.height[start] / 2)])
        elif not points:
            points.append((one, y[start] + made.height[start]))
        if one != two:
            points.extend([(one, height), (two, height)])
        place += 1
    points.append((two, y[end]))
    label = chain.label
    middle = (x[label], y[label] + made.height[label] / 2) if label is not None else None
    return Route(tuple(points), middle)


def _ends(chain: Chain, place: int, run: Run) -> tuple[float, float]:
    """Where a part of an arrow begins and ends, in the direction of the arrow."""
    if not chain.back:
        return run.upper[0], run.lower[0]
    if len(run.upper) == 2:
        return run.upper[0], run.upper[1]
    if len(run.lower) == 2:
        return run.lower[0], run.lower[1]
    return run.lower[0], run.upper[0]


def _trimmed(
    boxes: Sequence[Box], made: Net, x: Sequence[float], y: Sequence[float], routes: Sequence[Route]
) -> Layout:
    """The layout without the room that nothing stands in."""
    lefts, rights, uppers, bottoms = [], [], [], []
    for vertex in [*range(len(boxes)), *(chain.label for chain in made.chains if chain.label is not None)]:
        lefts.append(x[vertex] - made.width[vertex] / 2)
        rights.append(x[vertex] + made.width[vertex] / 2)
        uppers.append(y[vertex])
        bottoms.append(y[vertex] + made.height[vertex])
    for route in routes:
        for point in route.points:
            lefts.append(point[0])
            rights.append(point[0])
            uppers.append(point[1])
            bottoms.append(point[1])
    left, top = min(lefts), min(uppers)
    corners = {box.name: (x[vertex] - box.width / 2 - left, y[vertex] - top) for vertex, box in enumerate(boxes)}
    moved = tuple(
        Route(
            tuple((px - left, py - top) for px, py in route.points),
            (route.label[0] - left, route.label[1] - top) if route.label else None,
        )
        for route in routes
    )
    return Layout(max(rights) - left, max(bottoms) - top, corners, moved)
