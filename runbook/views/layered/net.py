"""The boxes in their layers, with a point in every layer that an arrow passes.

An arrow that leads back leaves at the bottom like every other, turns, goes up beside the boxes, turns again above its
end and comes in from the top: the two turns are points too, one layer below its start and one above its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from runbook.views.layered.model import Arrow, Box
from runbook.views.layered.ranking import ranks
from runbook.views.layered.turning import leading_back


@dataclass(frozen=True, slots=True)
class Chain:
    """The vertices an arrow goes through, both ends among them; of one that leads back the turns too."""

    vertices: tuple[int, ...]
    back: bool = False
    label: int | None = None
    """The vertex that keeps room for what is written on it."""
    light: bool = False


@dataclass(slots=True)
class Net:
    """Vertices by number: first the boxes in the order of the text, then the points of arrows."""

    width: list[float]
    height: list[float]
    rank: list[int]
    boxes: int
    corners: list[bool] = field(default_factory=list)
    above: list[list[int]] = field(default_factory=list)
    below: list[list[int]] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)
    layers: list[list[int]] = field(default_factory=list)

    def point(self, rank: int, size: tuple[float, float] = (0, 0)) -> int:
        """A new vertex that is no box."""
        self.width.append(size[0])
        self.height.append(size[1])
        self.rank.append(rank)
        self.above.append([])
        self.below.append([])
        return len(self.rank) - 1

    def tie(self, upper: int, lower: int) -> None:
        """One stands right above the other, an arrow between."""
        self.below[upper].append(lower)
        self.above[lower].append(upper)


def passed(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> int:
    """How many points arrows would pass: what a layout costs."""
    number = {box.name: place for place, box in enumerate(boxes)}
    pairs = [(number[arrow.start], number[arrow.end]) for arrow in arrows]
    rank, _ = _ranked(len(boxes), pairs, arrows)
    return sum(abs(rank[end] - rank[start]) for start, end in pairs)


def net(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Net:
    """The layers of these boxes, not yet in order."""
    number = {box.name: place for place, box in enumerate(boxes)}
    pairs = [(number[arrow.start], number[arrow.end]) for arrow in arrows]
    rank, back = _ranked(len(boxes), pairs, arrows)
    if any(turned and rank[end] == 0 for (_, end), turned in zip(pairs, back, strict=True)):
        rank = [each + 1 for each in rank]
    made = Net([box.width for box in boxes], [box.height for box in boxes], rank, len(boxes))
    made.corners = [box.corners for box in boxes]
    made.above = [[] for _ in boxes]
    made.below = [[] for _ in boxes]
    made.chains = [Chain(())] * len(arrows)
    for each in sorted(range(len(arrows)), key=lambda each: arrows[each].light or back[each]):
        start, end = pairs[each]
        made.chains[each] = (_backward if back[each] else _forward)(made, start, end, arrows[each])
    made.layers = [[] for _ in range(max(made.rank, default=-1) + 1)]
    return made


def _ranked(count: int, pairs: Sequence[tuple[int, int]], arrows: Sequence[Arrow]) -> tuple[list[int], list[bool]]:
    """The layer of each box, and which arrows lead back: none of those that lead down without being made to."""
    back = leading_back(count, pairs)
    while True:
        links = [(*pairs[each], 2 if arrows[each].label else 1) for each, turned in enumerate(back) if not turned]
        rank = ranks(count, links)
        down = [each for each, (start, end) in enumerate(pairs) if back[each] and rank[start] < rank[end]]
        if not down:
            return rank, back
        for each in down:
            back[each] = False


def _forward(made: Net, start: int, end: int, arrow: Arrow) -> Chain:
    points = [made.point(rank) for rank in range(made.rank[start] + 1, made.rank[end])]
    vertices = (start, *points, end)
    for upper, lower in pairwise(vertices):
        made.tie(upper, lower)
    return Chain(vertices, False, _label(made, points[0], arrow) if points else None, arrow.light)


def _backward(made: Net, start: int, end: int, arrow: Arrow) -> Chain:
    up = [made.point(rank) for rank in range(made.rank[start], made.rank[end] - 1, -1)]
    bottom = made.point(made.rank[start] + 1)
    top = made.point(made.rank[end] - 1)
    made.tie(start, bottom)
    for lower, upper in zip((bottom, *up), (*up, top), strict=True):
        made.tie(upper, lower)
    made.tie(top, end)
    return Chain((start, bottom, *up, top, end), True, _label(made, up[len(up) // 2], arrow), True)


def _label(made: Net, point: int, arrow: Arrow) -> int | None:
    if not arrow.label:
        return None
    made.width[point], made.height[point] = arrow.label
    return point
