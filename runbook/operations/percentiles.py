"""Percentiles by nearest rank: always a value that really happened, never one in between.

s[ceil(p * n) - 1] of the n values in order
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def percentile(values: Sequence[int] | Sequence[float], percent: int) -> float:
    """The value that so many percent of the values do not exceed; there is at least one value."""
    ranked = sorted(values)
    return ranked[max(-(-percent * len(ranked) // 100), 1) - 1]


def share_within(values: Sequence[int] | Sequence[float], limit: float) -> Fraction:
    """The share of the values that do not exceed a limit."""
    return Fraction(sum(value <= limit for value in values), len(values))
