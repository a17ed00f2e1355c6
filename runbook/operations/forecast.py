"""How long so many items will take, and how many will be done by then, from what was finished a day.

Days are drawn from the days that were, each alike; the chances are worked out exactly, by convolution, so that the same
days always give the same answer.

Rule 1: fewer than eleven days, or days on which nothing was finished, tell nothing, and nothing is told.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runbook.errors import Refused

FEWEST = 11
"""Days without which there is no forecast."""
MOST_ITEMS = 2000
MOST_DAYS = 3660
MOST_AHEAD = 366
_NOTHING = 1e-15
"""A chance below which a number of items is let go of."""
_CLEAR = 2.0
"""How many standard errors apart the halves are when throughput has shifted."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Throughput was not the same all the time: items a day in the earlier and in the later half."""

    before: float
    after: float

    def text(self) -> str:
        """The warning in words."""
        course = "risen" if self.after > self.before else "fallen"
        return (
            f"throughput has {course} from {self.before:.2g} to {self.after:.2g} items a day in this time, "
            "so what was is a poor guide to what will be"
        )


def days_for(items: int, samples: Sequence[int], percents: Sequence[int] = (50, 85, 95)) -> tuple[int, ...]:
    """In how many days so many items are done, with each of these chances (in percent)."""
    _check(samples)
    if not 0 < items <= MOST_ITEMS:
        raise Refused(f"{items} items can't be forecast", f"ask for 1 to {MOST_ITEMS}")
    wanted = sorted(set(percents))
    found: dict[int, int] = {}
    for day, chances in enumerate(_sums(samples, items), 1):
        while wanted and chances[items] * 100 >= wanted[0] - 1e-9:
            found[wanted.pop(0)] = day
        if not wanted:
            return tuple(found[percent] for percent in percents)
        if day == MOST_DAYS:
            break
    raise Refused(f"{items} items take more than ten years at this throughput", "ask for fewer")


def items_within(days: int, samples: Sequence[int], percents: Sequence[int] = (50, 85, 95)) -> tuple[int, ...]:
    """How many items are done in so many days, at the least, with each of these chances (in percent)."""
    _check(samples)
    if not 0 < days <= MOST_AHEAD or days * max(samples) > 10 * MOST_ITEMS:
        raise Refused(f"what is done in {days} days can't be forecast", f"ask for 1 to {MOST_AHEAD} days, or fewer")
    most = days * max(samples)
    for day, chances in enumerate(_sums(samples, most), 1):
        if day == days:
            return tuple(_at_least(chances, percent) for percent in percents)
    raise AssertionError("there is a day after each day")


def shift(samples: Sequence[int]) -> Shift | None:
    """How throughput has changed between the earlier and the later half, when that is more than chance."""
    half = len(samples) // 2
    earlier, later = samples[:half], samples[len(samples) - half :]
    if half < 2:
        return None
    before, after = sum(earlier) / half, sum(later) / half
    error = math.sqrt((_variance(earlier, before) + _variance(later, after)) / half)
    return Shift(before, after) if abs(after - before) > _CLEAR * error else None


def _variance(values: Sequence[int], mean: float) -> float:
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _check(samples: Sequence[int]) -> None:
    if len(samples) < FEWEST:
        raise Refused(
            f"there are {len(samples)} days to forecast from, and it takes {FEWEST}",
            "wait, or look further back with `--window`",
        )
    if not any(samples):
        raise Refused(
            f"nothing was finished in the last {len(samples)} days", "look further back with `--window`, or finish some"
        )


def _sums(samples: Sequence[int], most: int) -> Iterator[list[float]]:
    """Day after day, the chance of each number of items done so far; the last stands for that many or more."""
    steps = [(count, times / len(samples)) for count, times in sorted(Counter(samples).items())]
    chances = [1.0] + [0.0] * most
    while True:
        after = [0.0] * (most + 1)
        for done, chance in enumerate(chances):
            if chance > _NOTHING:
                for count, share in steps:
                    after[min(done + count, most)] += chance * share
        chances = after
        yield chances


def _at_least(chances: Sequence[float], percent: int) -> int:
    total = 0.0
    for items in range(len(chances) - 1, 0, -1):
        total += chances[items]
        if total * 100 >= percent - 1e-9:
            return items
    return 0
