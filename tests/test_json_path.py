"""Paths into JSON: what they find, what they say when it is not there, and what they are not."""

from __future__ import annotations

import pytest

from runbook.errors import ExpressionError
from runbook.json_path import MOST_FOUND, find, is_several, parse

VALUE = {"items": [{"name": "a", "n": 1}, {"n": 2}, {"name": "c"}], "first name": {"x.y": 3}, "0": "zero", "it's": []}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("items.0.name", "a"),
        ("$.items[0].name", "a"),
        ("items[-1].name", "c"),
        ("$.items.2.name", "c"),
        ("['first name']['x.y']", 3),
        ('$["first name"]["x.y"]', 3),
        (r"['it\'s']", []),
        ("0", "zero"),
        ("items[*].name", ["a", "c"]),
        ("items.*.n", [1, 2]),
        ("items[*][*]", ["a", 1, 2, "c"]),
        ("['first name'][*].z", []),
    ],
)
def test_a_path_finds_one_value_or_with_a_star_all_of_them(path, found):
    assert find(path, VALUE) == found
    assert is_several(path) == ("*" in path)


@pytest.mark.parametrize("path", ["", "$", "."])
def test_the_empty_path_is_the_whole(path):
    assert find(path, VALUE) is VALUE


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("items[9]", "`items` has 3 items"),
        ("items[-4]", "`items` has 3 items"),
        ("items.name", "`items` is a list, which has no `name`"),
        ("items[0].size", "`items[0]` has no `size`, only `name`, `n`"),
        ("items[0].name.first", "`items[0].name` is a text, which has no `first`"),
        ("0[*]", "`0` is a text, not a list"),
        ("first name[0]", "`first name` is a mapping, not a list; its names are `x.y`"),
        ("other", "the whole has no `other`, only `items`, `first name`, `0`, `it's`"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(path, why):
    with pytest.raises(ExpressionError, match="there is no") as raised:
        find(path, VALUE)

    assert str(raised.value) == f"there is no `{path}`: {why}"


@pytest.mark.parametrize(
    "path", ["a..b", "$..a", "a[", "a[0", "a[]", "a[b]", "a[?(@.b)]", "a[0:2]", "a['b]", "[*", "a]"]
)
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ExpressionError, match="is not a path"):
        parse(path)


def test_a_path_finds_no_more_than_a_bounded_number_of_values():
    with pytest.raises(ExpressionError, match=f"more than {MOST_FOUND} values"):
        find("[*][*]", [[0] * 200] * 100)


def test_a_long_path_is_refused_and_not_read():
    with pytest.raises(ExpressionError, match="more than 500 characters"):
        parse("a" * 501)
