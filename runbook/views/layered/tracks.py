"""The gaps between layers: every run across gets a height of its own where others are in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_NEAR = 5.0
_PAD = 9.0


@dataclass(slots=True)
class Run:
    """The part of an arrow in one gap: which ends it has at the upper side, which at the lower, and its track."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]
    track: int = 0

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(self.upper + self.lower)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(self.upper + self.lower)

    @property
    def straight(self) -> bool:
        """True when it goes down only."""
        return self.left == self.right


def assign(runs: Sequence[Run]) -> int:
    """Give each run that goes across its track, 0 the highest; says how many there are."""
    order: list[Run] = []
    spans: list[tuple[float, float]] = []
    for run in runs:
        if run.straight:
            continue
        left, right = run.left, run.right
        cost = best = 0
        place = len(order)
        for position in range(len(order) - 1, -1, -1):
            low, high = spans[position]
            if low <= right + _PAD and left <= high + _PAD:
                other = order[position]
                cost += _cost(run, left, right, other, low, high) - _cost(other, low, high, run, left, right)
                if cost < best:
                    best, place = cost, position
        order.insert(place, run)
        spans.insert(place, (left, right))
    count = 0
    for position, run in enumerate(order):
        left, right = spans[position]
        run.track = max(
            (
                other.track + 1
                for other, (low, high) in zip(order[:position], spans, strict=False)
                if low <= right + _PAD and left <= high + _PAD
            ),
            default=0,
        )
        count = max(count, run.track + 1)
    return count


def _cost(high: Run, left: float, right: float, low: Run, low_left: float, low_right: float) -> int:
    """What it costs to have the first run above the second: their crossings, and much for lines on each other."""
    crossings = sum(left < x < right for x in low.upper) + sum(low_left < x < low_right for x in high.lower)
    return crossings + 20 * sum(abs(x - y) < _NEAR for x in low.upper for y in high.lower)
