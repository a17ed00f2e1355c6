"""Where each arrow leaves its box and comes in: side by side at bottom and top, the main line in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from runbook.views.layered.net import Net
from runbook.views.layered.spine import NONE

STEP = 14.0
"""Between two arrows at one box."""
MARGIN = 12.0
"""Between the last arrow and the side of the box."""
_CLOSE = 9.0
_REACH = 24.0
_CORNER = 8.0


@dataclass(slots=True)
class Side:
    """The arrows at the top or at the bottom of one box, from left to right, and where they stand."""

    left: float
    right: float
    chains: list[int] = field(default_factory=list)
    x: list[float] = field(default_factory=list)

    def of(self, chain: int) -> float:
        """Where an arrow stands."""
        return self.x[self.chains.index(chain)]

    def slide(self, chain: int, x: float) -> bool:
        """Move an arrow when there is room for it there."""
        place = self.chains.index(chain)
        low = self.x[place - 1] + _CLOSE if place else self.left
        high = self.x[place + 1] - _CLOSE if place + 1 < len(self.x) else self.right
        if not low <= x <= high:
            return False
        self.x[place] = x
        return True


@dataclass(frozen=True, slots=True)
class Ports:
    """The sides of all boxes."""

    bottom: Sequence[Side]
    top: Sequence[Side]
    corners: dict[int, float] = field(default_factory=dict)
    """Of the arrows that leave from a side of their box, where that side is."""

    def start(self, net: Net, x: Sequence[float], chain: int) -> float:
        """Where an arrow leaves, or where it turns down after it has left from a side."""
        vertices = net.chains[chain].vertices
        if chain not in self.corners:
            return self.bottom[vertices[0]].of(chain)
        return x[vertices[1]] if len(vertices) > 2 else self.end(net, chain)

    def end(self, net: Net, chain: int) -> float:
        """Where an arrow comes in."""
        return self.top[net.chains[chain].vertices[-1]].of(chain)


def ports(net: Net, x: list[float], upper: Sequence[int], lower: Sequence[int]) -> Ports:
    """The places of all arrows at their boxes; points that an arrow passes may move a little to make it straight."""
    made = Ports(_sides(net, x), _sides(net, x))
    for number, chain in enumerate(net.chains):
        made.bottom[chain.vertices[0]].chains.append(number)
        made.top[chain.vertices[-1]].chains.append(number)
    _leave_by_corners(net, x, made)
    for box in range(net.boxes):
        for side, end, main in ((made.bottom[box], 0, lower[box]), (made.top[box], -1, upper[box])):
            _spread(side, x[box], {each: _next(net, x, each, end) for each in side.chains}, main)
    for number in range(len(net.chains)):
        _straighten(net, x, made, number)
    return made


def _leave_by_corners(net: Net, x: Sequence[float], made: Ports) -> None:
    """Let the outermost arrows of a box leave from its sides where nothing stands between there and where they go."""
    for layer in net.layers:
        for position, box in enumerate(layer):
            chains = made.bottom[box].chains if box < net.boxes and net.corners[box] else []
            if len(chains) < 2:
                continue
            for side in (-1, 1):
                chain = max(chains, key=lambda each: side * _next(net, x, each, 0)[0])
                goal = _next(net, x, chain, 0)[0]
                corner = x[box] + side * net.width[box] / 2
                beside = layer[position + side] if 0 <= position + side < len(layer) else None
                free = side * (goal - corner) > _CORNER and not net.chains[chain].back
                if free and beside is not None:
                    free = side * (x[beside] - goal) > net.width[beside] / 2 + _CORNER
                if free:
                    made.corners[chain] = corner
                    chains.remove(chain)


def _sides(net: Net, x: Sequence[float]) -> list[Side]:
    sides = []
    for box in range(net.boxes):
        reach = max(net.width[box] / 2 - MARGIN, 0)
        sides.append(Side(x[box] - reach, x[box] + reach))
    return sides


def _next(net: Net, x: Sequence[float], number: int, end: int) -> tuple[float, int]:
    """Where an arrow goes to from this end of it, and which vertex that is."""
    chain = net.chains[number]
    if chain.back:
        near = chain.vertices[2] if end == 0 else chain.vertices[-3]
    else:
        near = chain.vertices[1] if end == 0 else chain.vertices[-2]
    return x[near], near


def _spread(side: Side, middle: float, goes_to: dict[int, tuple[float, int]], main: int) -> None:
    """Side by side, the main line in the middle, the others on the side they go to."""
    side.chains.sort(key=lambda each: goes_to[each][0])
    count = len(side.chains)
    straight = [
        place for place, each in enumerate(side.chains) if goes_to[each][1] == main or goes_to[each][0] == middle
    ]
    centre = straight[0] if straight and main != NONE else (count - 1) / 2
    if straight and main == NONE:
        centre = straight[0]
    far = max(centre, count - 1 - centre)
    step = min(STEP, (side.right - middle) / far) if far else STEP
    side.x = [middle + (place - centre) * step for place in range(count)]


def _straighten(net: Net, x: list[float], made: Ports, number: int) -> None:
    """Take small bends out of an arrow where a port, or the points it passes, can move instead."""
    chain = net.chains[number]
    vertices = chain.vertices
    if number in made.corners:
        end = made.top[vertices[-1]]
        if len(vertices) > 2 and abs(x[vertices[-2]] - end.of(number)) <= _REACH:
            end.slide(number, x[vertices[-2]])
        return
    start, end = made.bottom[vertices[0]], made.top[vertices[-1]]
    points = vertices[2:-2] if chain.back else vertices[1:-1]
    if not points:
        one, two = start.of(number), end.of(number)
        if one != two and abs(one - two) <= _REACH and not end.slide(number, one):
            start.slide(number, two)
        return
    if x[points[0]] != start.of(number) and abs(x[points[0]] - start.of(number)) <= _REACH:
        start.slide(number, x[points[0]])
    if x[points[-1]] != end.of(number) and abs(x[points[-1]] - end.of(number)) <= _REACH:
        end.slide(number, x[points[-1]])
