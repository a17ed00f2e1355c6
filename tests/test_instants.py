"""Points in time: written so that their texts sort as the times do."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.errors import ExpressionError
from runbook.instants import between, instant, later, moment, parsed


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-22", "2026-11-22T00:00:00.000Z"),
        (" 2026-11-22T08:00 ", "2026-11-22T08:00:00.000Z"),
        ("2026-11-22T08:00:00+01:00", "2026-11-22T07:00:00.000Z"),
        ("2026-11-22T08:00:00Z", "2026-11-22T08:00:00.000Z"),
        ("0950-01-01", "0950-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_of_an_author_is_utc_unless_it_says_otherwise(text, wanted):
    assert moment(text) == wanted


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "12:30", "2026-13-01", "9999-12-31T23:00:00-02:00", "0001-01-01T00:00:00+01:00"]
)
def test_what_is_no_time_is_said_to_be_none(text):
    with pytest.raises(ExpressionError, match="is not a time"):
        moment(text)


times = st.datetimes(timezones=st.just(datetime.UTC))


@given(times, times)
def test_instants_sort_as_texts(one, other):
    cut = [time.replace(microsecond=time.microsecond // 1000 * 1000) for time in (one, other)]

    assert (instant(one) < instant(other)) == (cut[0] < cut[1])
    assert parsed(instant(one)) == cut[0]


@given(st.integers(0, 10**8))
def test_later_and_between_undo_each_other(seconds):
    start = "2026-11-22T08:00:00.000Z"

    assert between(start, later(start, seconds)) == seconds
