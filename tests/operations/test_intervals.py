"""Stretches of time: what is in all, in both, and in one alone, against seconds counted one by one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from runbook.operations.intervals import length, union, within, without

SOME = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)


def each_second(intervals: list[tuple[int, int]] | tuple[tuple[int, int], ...]) -> set[int]:
    return {second for start, end in intervals for second in range(start, end)}


@given(SOME, SOME)
def test_stretches_are_the_sets_of_their_seconds(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    a, b = each_second(first), each_second(second)

    for found, wanted in ((union(first), a), (within(first, second), a & b), (without(first, second), a - b)):
        assert each_second(found) == wanted
        assert length(found) == len(wanted)
        assert all(before[1] < after[0] for before, after in pairwise(found))
