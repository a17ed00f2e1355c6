"""Time without timesheets: the vector of OPS 2.6, and that nothing is counted twice."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from runbook.operations.flow import Block, Passage, Visit
from runbook.operations.time_spent import Stretch, at_work, corrected, interruptions, spent

H = 3600
DAY = [
    Stretch("PLN-1", 9 * H, 12 * H, planned=True),
    Stretch("INC-1", 11 * H, 13 * H),
    Stretch("INC-1", 16 * H, 18 * H),
]


def test_ops_2_6_work_at_the_same_time_shares_it_within_the_open_hours() -> None:
    found = spent(DAY, [(9 * H, 17 * H)])

    assert (found.planned / H, found.reactive / H, found.idle / H) == (Fraction(5, 2), Fraction(5, 2), 3)
    assert found.by_item == {"PLN-1": Fraction(5, 2) * H, "INC-1": Fraction(5, 2) * H}


def test_three_at_once_have_a_third_each() -> None:
    found = spent([Stretch(name, 0, 100) for name in "abc"], [(0, 100)])

    assert found.by_item == dict.fromkeys("abc", Fraction(100, 3))
    assert found.idle == 0


STRETCHES = st.lists(
    st.builds(Stretch, st.sampled_from("abcd"), st.integers(0, 50), st.integers(0, 50), st.booleans()), max_size=8
)


@given(STRETCHES, st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=4))
def test_what_is_spent_and_what_is_idle_are_the_open_hours(
    stretches: list[Stretch], open: list[tuple[int, int]]
) -> None:
    found = spent(stretches, open)
    busy = {second for each in stretches for second in range(each.start, each.end)}
    there = {second for start, end in open for second in range(start, end)}

    assert sum(found.by_item.values()) == found.planned + found.reactive == len(busy & there)
    assert found.idle == len(there - busy)


def test_ops_2_6_an_item_takes_time_in_active_columns_while_it_is_neither_blocked_nor_waiting() -> None:
    way = Passage(
        "A-1", "request", 0, 0, 90,
        visits=(Visit("ready", "committed", 0, 10), Visit("doing", "active", 10, 50), Visit("verify", "active", 50)),
        blocks=(Block("supplier", 20, 30), Block("tool", 80, None)),
    )  # fmt: skip

    assert at_work(way, 100, [(60, 65)]) == ((10, 20), (30, 60), (65, 80))
    assert at_work(way, 15) == ((10, 15),)


def test_a_correction_takes_the_place_of_what_was_worked_out() -> None:
    found = spent(DAY, [(9 * H, 17 * H)])

    assert corrected(found.by_item, {"INC-1": 3 * H})["INC-1"] == 3 * H
    assert corrected(found.by_item, {})["INC-1"] == Fraction(5, 2) * H


def test_ops_2_6_reactive_work_begun_while_planned_work_goes_on_is_an_interruption() -> None:
    assert interruptions(DAY) == 1
    assert interruptions(DAY[1:]) == 0
    assert interruptions([*DAY, Stretch("INC-1", 11 * H + 60, 12 * H), Stretch("INC-2", 10 * H, 11 * H)]) == 2
    assert interruptions([Stretch("PLN-1", 0, 9, planned=True), Stretch("PLN-2", 3, 9, planned=True)]) == 0
