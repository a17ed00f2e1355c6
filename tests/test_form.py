"""Forms: what is taken for an answer, and what is refused with what was expected."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.errors import Refused
from runbook.form import checked, expected, filled, read_form


def field(**words):
    return read_form({"f": words})[0]


@pytest.mark.parametrize(
    ("words", "given", "value"),
    [
        ({}, "  two words\n", "two words"),
        ({}, 7, "7"),
        ({}, True, "yes"),
        ({"type": "integer"}, " 42 ", 42),
        ({"type": "integer"}, "+0", 0),
        ({"type": "integer"}, 10**40, 10**40),
        ({"type": "number"}, "2.50", 2.5),
        ({"type": "number"}, "-.5", -0.5),
        ({"type": "number"}, "1e3", 1000.0),
        ({"type": "number"}, "12345678901234567890", 12345678901234567890),
        ({"type": "number"}, 3, 3),
        ({"type": "boolean"}, "Yes", True),
        ({"type": "boolean"}, "n", False),
        ({"type": "boolean"}, False, False),
        ({"type": "date"}, "2026-02-28", "2026-02-28"),
        ({"type": "choice", "options": ["a", "b c"]}, "b c", "b c"),
        ({"pattern": "[a-z]+"}, "abc", "abc"),
        ({"type": "integer", "min": 1, "max": 3}, 3, 3),
    ],
)
def test_an_answer_becomes_a_value_of_its_type(words, given, value):
    found = checked(field(**words), given)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("words", "given", "help"),
    [
        ({"type": "integer"}, "1_000", "give a whole number"),
        ({"type": "integer"}, "٣", "give a whole number"),
        ({"type": "integer"}, 1.0, "give a whole number"),
        ({"type": "integer"}, True, "give a whole number"),
        ({"type": "integer"}, "9" * 5000, "give a whole number"),
        ({"type": "number"}, "nan", "give a number"),
        ({"type": "number"}, float("inf"), "give a number"),
        ({"type": "number"}, "1e999", "give a number"),
        ({"type": "number"}, "9" * 200 + "e300", "give a number"),
        ({"type": "number"}, "1,5", "give a number"),
        ({"type": "boolean"}, "1", "give yes or no"),
        ({"type": "date"}, "2026-02-30", "give a date such as 2026-11-22"),
        ({"type": "choice", "options": ["a", "b"]}, "c", "give one of `a`, `b`"),
        ({"pattern": "v[0-9]"}, "v1\n2", "give a text that matches `v[0-9]`"),
        ({"type": "number", "min": 1, "max": 6, "unit": "bar"}, 6.1, "give a number from 1 to 6 bar"),
        ({"type": "number", "min": 1}, 0, "give a number of at least 1"),
        ({"type": "number", "max": 1}, 2, "give a number of at most 1"),
        ({}, ["list"], "give a text"),
        ({}, {"a": 1}, "give a text"),
        ({}, "x" * 65_537, "give a text"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_can_not_be_right_is_refused_with_what_was_expected(words, given, help):
    with pytest.raises(Refused, match="`f` ") as refusal:
        checked(field(**words), given)

    assert refusal.value.help == help == f"give {expected(field(**words))}"


@pytest.mark.parametrize("given", [{}, {"f": None}, {"f": ""}, {"f": " \n\t "}])
def test_nothing_is_filled_in_for_a_person(given):
    required, optional, prefilled = field(), field(required=False), field(default="x", required=False)

    with pytest.raises(Refused, match=r"`f` \(F\) must be filled in"):
        filled((required,), given)
    assert filled((optional,), given) == {}
    assert filled((prefilled,), given) == {"f": "x"}


@pytest.mark.parametrize(
    ("default", "type", "value"), [(True, "boolean", True), (3, "integer", 3), ("2026-01-01", "date", "2026-01-01")]
)
def test_a_default_has_the_type_of_its_field(default, type, value):
    assert filled((field(type=type, default=default),), {}) == {"f": value}


def test_a_field_that_is_not_in_the_form_is_refused():
    with pytest.raises(Refused, match="`g` is not a field of this form") as refusal:
        filled((field(),), {"f": "x", "g": 1})

    assert refusal.value.help == "its fields are `f`"


words = st.sampled_from(["text", "number", "integer", "boolean", "date", "choice"])


@given(
    words, st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text(), max_size=2))
)
def test_whatever_is_given_is_a_value_that_can_be_written_or_is_refused(type, value):
    try:
        answers = filled((field(type=type, options=["a", "b"]),), {"f": value})
    except Refused:
        return
    assert json.loads(json.dumps(answers, allow_nan=False)) == answers
