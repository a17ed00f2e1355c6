"""Inputs: checked against their schemas, completed by their defaults, read from the command line."""

from __future__ import annotations

import pytest

from runbook.clauses import Input
from runbook.errors import Misuse
from runbook.inputs import checked_inputs, described, from_text
from runbook.kinds import builtin
from runbook.reading.build import build_process

KINDS = builtin()


def process(**inputs):
    data = {"title": "T", "inputs": inputs, "steps": [{"id": "m", "manual": "M"}]}
    return build_process("g/p", "p.yaml", data, KINDS, "team")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, ""),
        ({"type": "integer", "minimum": 1, "maximum": 3}, 3),
        ({"type": "number"}, 2),
        ({"type": "boolean"}, False),
        ({"type": "array", "items": {"type": "integer"}}, [1, 2]),
        ({"type": "object"}, {"a": [None]}),
        ({"enum": ["a", 1]}, 1),
        ({"pattern": "b"}, "abc"),
        ({"minLength": 2, "maxLength": 2}, "ab"),
        ({}, None),
    ],
)
def test_a_value_that_fits_is_taken_as_it_is(schema, value):
    assert checked_inputs(process(x=schema), {"x": value}) == {"x": value}


@pytest.mark.parametrize(
    ("schema", "value", "problem"),
    [
        ({"type": "string"}, 1, "is not a text"),
        ({"type": "integer"}, "1", "is not a whole number"),
        ({"type": "integer"}, True, "is not a whole number"),
        ({"type": "integer"}, 1.5, "is not a whole number"),
        ({"type": "number"}, False, "is not a number"),
        ({"type": "boolean"}, 0, "is not true or false"),
        ({"type": "array"}, "a", "is not a list"),
        ({"type": "object"}, [], "is not a mapping"),
        ({"enum": ["a", "b"]}, "c", "is none of `a`, `b`"),
        ({"pattern": "^a$"}, "b", r"does not match `\^a\$`"),
        ({"minLength": 2}, "a", "is shorter than 2 characters"),
        ({"maxLength": 2}, "abc", "is longer than 2 characters"),
        ({}, "x" * 65_537, "is longer than 65536 characters"),
        ({"minimum": 1}, 0, "is below 1"),
        ({"maximum": 1}, 1.1, "is above 1"),
        ({"type": "array", "items": {"type": "integer"}}, [1, "x"], r"has an item \(2\) that is not a whole number"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_value_that_does_not_fit_is_refused_with_what_is_wrong(schema, value, problem):
    with pytest.raises(Misuse, match=f"input `x` of g/p {problem}") as refusal:
        checked_inputs(process(x=schema), {"x": value})

    assert refusal.value.help.startswith("give ")


def test_missing_inputs_are_asked_for_and_defaults_filled_in():
    with_default = process(host={}, port={"type": "integer", "default": 80}, none={"default": None})

    assert checked_inputs(with_default, {"host": "db"}) == {"host": "db", "port": 80, "none": None}
    with pytest.raises(Misuse, match="input `host` of g/p is missing"):
        checked_inputs(with_default, {})
    with pytest.raises(Misuse, match="`hots` is not an input") as refusal:
        checked_inputs(with_default, {"hots": "db"})
    assert refusal.value.help == "did you mean `host`?"


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({}, "12", "12"),
        ({"type": "string"}, "true", "true"),
        ({"type": "integer"}, "12", 12),
        ({"type": "number"}, "1.5", 1.5),
        ({"type": "number"}, "1e999", "1e999"),
        ({"type": "number"}, "NaN", "NaN"),
        ({"type": "boolean"}, "yes", True),
        ({"type": "boolean"}, "false", False),
        ({"type": "array"}, '["a", 1]', ["a", 1]),
        ({"type": "array"}, "[" * 100_000, "[" * 100_000),
        ({"type": "object"}, "{bad", "{bad"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_value_of_the_command_line_is_read_by_the_type_of_its_input(schema, text, value):
    assert from_text(process(x=schema), "x", text) == value


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({}, "a text"),
        ({"type": "integer", "minimum": 1, "maximum": 9}, "a whole number of at least 1 and at most 9"),
        ({"type": "number", "maximum": 9}, "a number of at most 9"),
        ({"enum": ["a", "b"]}, "one of `a`, `b`"),
        ({"pattern": "^a"}, "a text that matches `^a`"),
    ],
)
def test_an_input_is_described_in_words(schema, words):
    assert described(Input("x", schema)) == words


def test_a_list_that_is_given_as_text_is_asked_for_as_json():
    items = process(items={"type": "array"})

    with pytest.raises(Misuse) as refusal:
        checked_inputs(items, {"items": from_text(items, "items", "q,w")})

    assert refusal.value.help == """give a list as JSON: -i items='["a", "b"]'"""
