"""Signal or noise: the natural limits of a measure (XmR chart), and what a rate of few cases can be.

Limits are the mean and 2.66 times the mean moving range around it, of the first values; a signal is a value outside of
them, or eight values in a row on one side of the mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

FEWEST = 10
"""Values without which there are no limits."""
IN_A_ROW = 8
"""Values on one side of the mean that are more than chance."""
_FACTOR = 2.66


@dataclass(frozen=True, slots=True)
class Limits:
    """What a measure does by itself: its mean, its mean moving range, and the limits they give."""

    mean: float
    moving_range: float

    @property
    def low(self) -> float:
        """The lower limit."""
        return self.mean - _FACTOR * self.moving_range

    @property
    def high(self) -> float:
        """The upper limit."""
        return self.mean + _FACTOR * self.moving_range


@dataclass(frozen=True, slots=True)
class Signal:
    """A value that says something has changed: where it stands in the row, and why it says so."""

    at: int
    why: str
    """`outside` or `in a row`."""
    high: bool
    """True when it is above the mean."""


def limits(values: Sequence[float], baseline: int = FEWEST) -> Limits | None:
    """The limits that the first values give; None while there are fewer than ten of them."""
    first = values[: max(baseline, FEWEST)]
    if len(first) < FEWEST:
        return None
    ranges = [abs(after - before) for before, after in pairwise(first)]
    return Limits(math.fsum(first) / len(first), math.fsum(ranges) / len(ranges))


def signals(values: Sequence[float], baseline: int = FEWEST) -> tuple[Signal, ...]:
    """Every signal in a row of values; of a row on one side, the value that completes it and all that go on with it."""
    natural = limits(values, baseline)
    if natural is None:
        return ()
    found: list[Signal] = []
    side = length = 0
    for at, value in enumerate(values):
        now = (value > natural.mean) - (value < natural.mean)
        length = length + 1 if now == side else 1
        side = now
        if not natural.low <= value <= natural.high:
            found.append(Signal(at, "outside", value > natural.mean))
        elif side and length >= IN_A_ROW:
            found.append(Signal(at, "in a row", side > 0))
    return tuple(found)


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Between what bounds a rate lies, with 95 % certainty, of which so many of so many cases were seen."""
    if of <= 0:
        return 0.0, 1.0
    rate, square = hits / of, z * z
    middle = (rate + square / (2 * of)) / (1 + square / of)
    around = z / (1 + square / of) * math.sqrt(rate * (1 - rate) / of + square / (4 * of * of))
    return max(0.0, middle - around), min(1.0, middle + around)
