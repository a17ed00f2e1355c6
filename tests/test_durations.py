"""Durations as authors write and people read them."""

from __future__ import annotations

import pytest

from runbook.durations import duration, in_words
from runbook.errors import ExpressionError


@pytest.mark.parametrize(
    ("text", "seconds", "words"),
    [
        ("90s", 90.0, "1 min 30 s"),
        ("10m", 600.0, "10 min"),
        ("4h", 14400.0, "4 h"),
        ("3d", 259200.0, "3 d"),
        ("2w", 1209600.0, "14 d"),
        ("1.5h", 5400.0, "1 h 30 min"),
        (90, 90.0, "1 min 30 s"),
        (2.5, 2.5, "2.5 s"),
        ("0s", 0.0, "0 s"),
        (59.99, 59.99, "1 min"),
        ("3601s", 3601.0, "1 h"),
        ("90061s", 90061.0, "1 d 1 h"),
    ],
)
def test_a_duration_is_read_and_shown(text: str | float, seconds: float, words: str) -> None:
    assert duration(text) == seconds
    assert in_words(seconds) == words


@pytest.mark.parametrize("text", ["", "soon", "10 min", "-5s", "1h30m", "1e3", "99999w", "٣s", True])
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        duration(text)

    assert caught.value.help
