"""Sizes: written with a unit, shown in the same, bounded."""

from __future__ import annotations

import pytest

from runbook.errors import ExpressionError
from runbook.sizes import LARGEST, in_words, size, size_or_largest


@pytest.mark.parametrize(
    ("text", "count", "shown"),
    [
        ("5MB", 5_000_000, "5 MB"),
        ("500kB", 500_000, "500 kB"),
        ("2MiB", 2 * 1024**2, "2 MiB"),
        ("1KiB", 1024, "1 KiB"),
        ("1.5MB", 1_500_000, "1.5 MB"),
        ("7B", 7, "7 bytes"),
        ("256MiB", LARGEST, "256 MiB"),
    ],
)
def test_a_size_is_read_and_shown(text: str, count: int, shown: str) -> None:
    assert size(text) == count
    assert in_words(count) == shown


@pytest.mark.parametrize("text", ["5", "5 GB", "MB", "-5MB", "0MB", "257MiB", "5mb", "1e9MB", "٣MB"])
def test_what_is_no_size_is_refused_and_taken_for_the_largest(text: str) -> None:
    with pytest.raises(ExpressionError):
        size(text)
    assert size_or_largest(text) == LARGEST


def test_a_number_of_bytes_is_shown_in_a_round_unit() -> None:
    assert [in_words(count) for count in (0, 1, 999, 1234, 1_234_567)] == [
        "0 bytes", "1 byte", "999 bytes", "1.2 kB", "1.2 MB",
    ]  # fmt: skip
