"""Forms: what is taken for an answer, and what is refused with what was expected."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.errors import Refused
from runbook.form import TYPES, OutOfLimits, as_text, beyond, checked, expected, filled, read_form
from runbook.kind import Signatory


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


KIM = Signatory("kim", ("kim", "Kim Wexler"), "2026-11-22T08:00:00.000Z")
PHOTO = {"name": "gauge.jpg", "sha256": "a" * 64, "size": 2000, "type": "image/jpeg"}
BAR = {"type": "reading", "unit": "bar", "min": 1, "max": 6}


@pytest.mark.parametrize(
    "given", ["2.4", " 2.4 bar ", "2.4bar", 2.4, "+2.4", {"value": 2.4, "unit": "bar"}, {"value": "2.4", "unit": ""}]
)
def test_a_reading_is_recorded_with_its_unit(given):
    assert checked(field(**BAR), given) == {"value": 2.4, "unit": "bar"}


@pytest.mark.parametrize("given", ["2.4 psi", "2.4 Bar", "2.4 bar bar", "2.4 2.5", {"value": 2, "unit": "psi"}])
@pytest.mark.parametrize("deviates", [False, True])
def test_another_unit_is_refused_by_its_name_also_as_a_deviation(given, deviates):
    said = "psi" if "psi" in str(given) else str(given).split(maxsplit=1)[1]

    with pytest.raises(Refused, match=f"`f` is read in bar, and `{said}` is another unit"):
        checked(field(**BAR), given, deviates=deviates)


@pytest.mark.parametrize(
    "given", ["much", "bar", "nan bar", "1e999 bar", "2,4 bar", True, {"value": 2}, {"value": [], "unit": "bar"}]
)
def test_what_is_no_reading_is_refused(given):
    with pytest.raises(Refused):
        checked(field(**BAR), given, deviates=True)


@pytest.mark.parametrize(
    ("words", "least", "most", "says"),
    [
        ({"nominal": 5, "tolerance": "10%"}, 4.5, 5.5, "a reading from 4.5 to 5.5 bar (5 ± 10%)"),
        ({"nominal": 0.3, "tolerance": 0.1}, 0.2, 0.4, "a reading from 0.2 to 0.4 bar (0.3 ± 0.1)"),
        ({"nominal": -20, "tolerance": "5%"}, -21, -19, "a reading from -21 to -19 bar (-20 ± 5%)"),
        ({"min": 1}, 1, 10**6, "a reading of at least 1 bar"),
        ({"max": 6}, -(10**6), 6, "a reading of at most 6 bar"),
    ],
)
def test_limits_are_what_the_author_wrote_or_what_the_tolerance_means(words, least, most, says):
    found = field(type="reading", unit="bar", **words)

    assert expected(found) == says
    for value in (least, most):
        assert checked(found, value)["value"] == value
    for value in (least - 0.001, most + 0.001):
        if abs(value) < 10**6:
            with pytest.raises(OutOfLimits):
                checked(found, value)


def test_what_is_out_of_its_limits_is_taken_as_a_deviation_and_told_with_them():
    form = read_form({"p": BAR, "n": {"type": "integer", "max": 3}, "t": {}})
    given = {"p": "7 bar", "n": "4", "t": "x"}

    with pytest.raises(OutOfLimits, match="`p` is 7 bar, outside its limits"):
        filled(form, given)
    assert filled(form, given, deviates=True) == {"p": {"value": 7, "unit": "bar"}, "n": 4, "t": "x"}
    assert beyond(form, given) == {
        "p": {"value": {"value": 7, "unit": "bar"}, "limits": {"min": 1, "max": 6, "unit": "bar"}},
        "n": {"value": 4, "limits": {"max": 3}},
    }
    assert beyond(form, {"p": "2", "n": "x"}) == {}


@pytest.mark.parametrize("given", [{"f": ""}, {}, {"f": "  "}])
def test_a_deviation_fills_in_nothing(given):
    with pytest.raises(Refused, match="must be filled in"):
        filled((field(**BAR),), given, deviates=True)


def test_a_kept_file_is_taken_with_a_safe_name():
    photo = field(type="file", types=["image"], max_size="2kB")

    assert checked(photo, PHOTO) == PHOTO
    assert checked(photo, {**PHOTO, "name": "../../x\x1b[2J.jpg"})["name"] == "x[2J.jpg"
    assert expected(photo) == "a file (image, at most 2 kB)"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("gauge.jpg", "`f` can't be `gauge.jpg`"),
        ({**PHOTO, "type": "text/plain"}, "`f` is text/plain, as its content says"),
        ({**PHOTO, "size": 2001}, "`f` has more than 2 kB"),
        ({**PHOTO, "size": 0}, "can't be"),
        ({**PHOTO, "size": True}, "can't be"),
        ({**PHOTO, "sha256": "a" * 63}, "can't be"),
        ({**PHOTO, "sha256": "../" + "a" * 61}, "can't be"),
        ({**PHOTO, "more": 1}, "can't be"),
        ({"name": "gauge.jpg"}, "can't be"),
    ],
)
def test_what_is_no_kept_file_or_one_of_another_sort_is_refused(given, says):
    with pytest.raises(Refused, match=says):
        checked(field(type="file", types=["image"], max_size="2kB"), given, deviates=True)


@pytest.mark.parametrize("typed", ["kim", " KIM ", "Kim  Wexler"])
def test_a_signature_is_the_name_of_whoever_answers_and_when(typed):
    signed = checked(field(type="signature"), typed, KIM)

    assert signed == {"by": "kim", "name": " ".join(typed.split()), "at": "2026-11-22T08:00:00.000Z"}


def test_nobody_signs_as_somebody_else_nor_for_them():
    with pytest.raises(Refused, match="`f` is signed by `maria`, and kim answers"):
        checked(field(type="signature"), "maria", KIM)
    with pytest.raises(Refused, match="`f` can't be signed for somebody else"):
        checked(field(type="signature"), "maria", Signatory("maria"))
    with pytest.raises(Refused, match="must be filled in"):
        filled((field(type="signature"),), {"f": " "}, KIM)


def test_values_of_several_parts_are_shown_as_they_would_be_typed():
    assert as_text({"value": 2.4, "unit": "bar"}) == "2.4 bar"
    assert as_text({"value": 7, "unit": ""}) == "7"
    assert as_text(PHOTO) == "gauge.jpg"
    assert as_text({"by": "kim", "name": "Kim Wexler", "at": "now"}) == "Kim Wexler"


words = st.sampled_from(TYPES)


@given(
    words, st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text(), max_size=2))
)
def test_whatever_is_given_is_a_value_that_can_be_written_or_is_refused(type, value):
    try:
        answers = filled((field(type=type, options=["a", "b"]),), {"f": value}, KIM)
    except Refused:
        return
    assert json.loads(json.dumps(answers, allow_nan=False)) == answers
