"""Stretches of time as pairs of seconds, from the first to the one after the last: joined, cut, and taken away.

Rule 1: what comes out is in order, and no two stretches of it touch; what comes in may be in any order.
"""

from __future__ import annotations

from collections.abc import Iterable

Interval = tuple[int, int]
"""From a second to the one after the last."""


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """All of it as few stretches; what has no length is left out."""
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def within(intervals: Iterable[Interval], others: Iterable[Interval]) -> tuple[Interval, ...]:
    """What lies in both."""
    first, second = union(intervals), union(others)
    common: list[Interval] = []
    here = there = 0
    while here < len(first) and there < len(second):
        start, end = max(first[here][0], second[there][0]), min(first[here][1], second[there][1])
        if start < end:
            common.append((start, end))
        if first[here][1] <= second[there][1]:
            here += 1
        else:
            there += 1
    return tuple(common)


def without(intervals: Iterable[Interval], others: Iterable[Interval]) -> tuple[Interval, ...]:
    """What lies in the first and not in the others."""
    rest: list[Interval] = []
    taken = union(others)
    for start, end in union(intervals):
        for away, back in taken:
            if back <= start:
                continue
            if away >= end:
                break
            if start < away:
                rest.append((start, away))
            start = max(start, back)
        if start < end:
            rest.append((start, end))
    return tuple(rest)


def length(intervals: Iterable[Interval]) -> int:
    """How many seconds that is, each counted once."""
    return sum(end - start for start, end in union(intervals))
