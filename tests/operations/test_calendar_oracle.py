"""The business clock against the walk through time: 2,000 random calendars in 30 zones, no difference."""

from __future__ import annotations

import pytest

from tests.operations.oracle import ZONES, differences


@pytest.mark.parametrize("seed", range(8))
def test_clock_agrees_with_walk_on_random_calendars(seed: int) -> None:
    asked, wrong = differences(seed, 250)

    assert asked == 1500
    assert wrong == []


def test_walk_goes_through_thirty_zones() -> None:
    assert len(set(ZONES)) == 30
