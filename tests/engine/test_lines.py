"""What the supervisor is asked arrives whole, however it comes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from runbook.engine.supervisor.lines import Arrivals, frame

requests = st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=5), max_size=6)


@settings(max_examples=60, deadline=None)
@given(requests, st.lists(st.integers(0, 400), max_size=8).map(sorted))
def test_requests_arrive_in_any_parts(asked: list[list[bytes]], cuts: list[int]) -> None:
    sent = b"".join(map(frame, asked))
    arrivals = Arrivals()

    parts = [sent[begin:end] for begin, end in pairwise([0, *(min(cut, len(sent)) for cut in cuts), len(sent)])]

    assert [each for part in parts for each in arrivals.taken(part)] == asked
