"""What a program could have written, by the regular expression that takes a value out of it."""

from __future__ import annotations

import pytest

from runbook.clauses import Output
from runbook.testing.sentences import sentence


@pytest.mark.parametrize(
    ("regex", "value", "text"),
    [
        ("[0-9]+", "7", "7"),
        ("([0-9]+) pages", "412", "412 pages"),
        (r"^lag=(\d+)\s+s$", "7", "lag=7 s"),
        (r"\[([^()]*)\] done\.", "a b", "[a b] done."),
        (r"(?P<a>x)|(b)", "b", None),
        ("(a|b) (c)", "z", None),
        ("", "7", None),
    ],
    ids=["itself", "words", "anchors", "escaped", "another group", "no match", "empty"],
)
def test_words_are_put_around_a_value_where_they_can_be_told(regex: str, value: str, text: str | None) -> None:
    assert sentence(Output(regex=regex), value) == text
