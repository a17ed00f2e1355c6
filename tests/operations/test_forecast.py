"""Forecasts by convolution: the vectors of OPS 2.5, a simulation beside them, and when nothing is forecast."""

from __future__ import annotations

import random

import pytest

from runbook.errors import Refused
from runbook.operations.forecast import MOST_ITEMS, days_for, items_within, shift

DAILY = (0, 2, 1, 0, 3, 0, 0, 1, 2, 0, 4, 1, 0, 0, 2, 1, 0, 1, 0, 0, 3, 2, 0, 1, 0, 0, 1, 2, 0, 1)


def test_ops_2_5_twenty_items_take_22_28_or_32_days() -> None:
    assert days_for(20, DAILY, (50, 85, 95)) == (22, 28, 32)
    assert days_for(20, DAILY, (95, 50, 85)) == (32, 22, 28)


def test_ops_2_5_fourteen_days_give_at_least_nine_items_and_thirteen_half_the_time() -> None:
    assert items_within(14, DAILY, (85, 50)) == (9, 13)


def test_the_forecast_is_what_a_simulation_finds() -> None:
    chance = random.Random(7)
    took = []
    for _ in range(4000):
        done = days = 0
        while done < 12:
            done += chance.choice(DAILY)
            days += 1
        took.append(days)

    for percent, days in zip((50, 85, 95), days_for(12, DAILY), strict=True):
        share = sum(each <= days for each in took) / len(took)
        before = sum(each <= days - 1 for each in took) / len(took)
        assert share > percent / 100 - 0.02
        assert before < percent / 100 + 0.02


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (DAILY[:10], "there are 10 days to forecast from"),
        ((0,) * 30, "nothing was finished in the last 30 days"),
        ((), "0 days"),
    ],
)
def test_ops_2_5_too_little_to_tell_is_refused(samples: tuple[int, ...], words: str) -> None:
    for ask in (days_for, items_within):
        with pytest.raises(Refused, match=words) as caught:
            ask(5, samples)
        assert caught.value.help


@pytest.mark.parametrize("items", [0, -3, MOST_ITEMS + 1])
def test_what_would_take_for_ever_to_work_out_is_refused(items: int) -> None:
    with pytest.raises(Refused):
        days_for(items, DAILY)


def test_what_takes_more_than_ten_years_is_refused() -> None:
    with pytest.raises(Refused, match="more than ten years"):
        days_for(900, (1, *[0] * 30))


def test_eleven_days_are_enough_and_certain_days_are_certain() -> None:
    assert days_for(10, (2,) * 11) == (5, 5, 5)
    assert items_within(3, (2,) * 11) == (6, 6, 6)


def test_ops_2_5_a_shift_of_throughput_is_told_and_chance_is_not() -> None:
    assert shift(DAILY) is None
    assert shift((1,)) is None

    found = shift((0, 1, 0, 1, 0, 0, 1, 0, 3, 2, 4, 3, 2, 3, 4, 3))

    assert found is not None
    assert found.text().startswith("throughput has risen from 0.38 to 3 items a day")
