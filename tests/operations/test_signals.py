"""Signals and noise: the vector of OPS 2.9, and the bounds of rates."""

from __future__ import annotations

import pytest

from runbook.operations.signals import Signal, limits, signals, wilson

FIRST = (42, 45, 39, 44, 41, 47, 43, 40, 46, 44)


def test_ops_2_9_the_limits_and_the_one_signal_of_the_vector() -> None:
    found = limits((*FIRST, 88, 43))

    assert found is not None
    assert (found.mean, round(found.moving_range, 3)) == (43.1, 4.222)
    assert (round(found.low, 2), round(found.high, 2)) == (31.87, 54.33)
    assert signals((*FIRST, 88, 43)) == (Signal(10, "outside", True),)


def test_ops_2_9_eight_in_a_row_on_one_side_are_a_signal_and_seven_are_not() -> None:
    assert signals((*FIRST, 42, 42, *[44] * 7)) == ()
    assert signals((*FIRST, 42, 42, *[44] * 9)) == (Signal(19, "in a row", True), Signal(20, "in a row", True))
    assert signals((*FIRST, *[42] * 8)) == (Signal(17, "in a row", False),)


def test_what_is_at_the_mean_is_on_neither_side() -> None:
    assert signals((4, 6, 4, 6, 4, 6, 4, 6, 4, 6, *[5] * 20)) == ()


def test_ops_2_9_nine_values_have_no_limits() -> None:
    assert limits(FIRST[:9]) is None
    assert signals((*FIRST[:8], 999)) == ()


def test_a_longer_baseline_is_taken_whole() -> None:
    found = limits((*FIRST, 43, 43), baseline=12)

    assert found is not None
    assert found.moving_range == pytest.approx(39 / 11)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (98, 100, 0.93, 0.9945), (0, 0, 0.0, 1.0)],
)
def test_ops_2_9_a_rate_lies_between_wilson_bounds(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)
