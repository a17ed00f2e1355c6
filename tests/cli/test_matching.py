"""A few letters find what was meant, the closest first."""

from __future__ import annotations

import pytest

from runbook.cli.matching import Choice, matching, meant
from runbook.errors import Misuse

CHOICES = [
    Choice("backup/sqlite-restore-drill", "Practise backup and restore"),
    Choice("backup/verify-sqlite-file", "Verify a SQLite file"),
    Choice("storage/log-rotation", "Rotate the logs of a folder"),
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", [0, 1, 2]),
        ("verify", [1]),
        ("VERIFY", [1]),
        ("sql", [0, 1]),
        ("restore sql", [0]),
        ("sql rest", [0]),
        ("bkdrl", [0]),
        ("logs", [2]),
        ("of folder", [2]),
        ("zzz", []),
        ("sql zzz", []),
    ],
)
def test_letters_in_their_order_find_a_choice(typed: str, found: list[int]) -> None:
    assert matching(typed, CHOICES) == [CHOICES[number] for number in found]


def test_the_closest_comes_first() -> None:
    choices = [Choice("a-x-b-x-c"), Choice("xabc"), Choice("abc"), Choice("other", "abc")]

    assert [each.name for each in matching("abc", choices)] == ["abc", "xabc", "a-x-b-x-c", "other"]


@pytest.mark.parametrize(
    ("typed", "name"), [("2", "green"), ("green", "green"), ("gree", "green"), ("rd", "red"), ("10", "10"), ("4", "10")]
)
def test_a_name_is_meant_by_its_number_or_its_letters(typed: str, name: str) -> None:
    assert meant(typed, ["red", "green", "grey", "10"]) == name


@pytest.mark.parametrize("typed", ["gr", "blue", "7", "x"])
def test_what_means_nothing_or_several_is_refused(typed: str) -> None:
    with pytest.raises(Misuse):
        meant(typed, ["red", "green", "grey", "10"])
