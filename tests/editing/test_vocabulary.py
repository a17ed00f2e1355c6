"""Every field that takes an id says what it names, and every name that an expression knows has a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from runbook.editing import expression_names as known
from runbook.editing.vocabulary import FIXED, KEYS, NAMELESS, NAMES, Way
from runbook.expressions import FILTERS, PREDICATES
from runbook.reading.layout import Role
from runbook.reading.rules import unknown_name
from runbook.reading.schema import process_schema
from runbook.reading.schema_people import person_schema, teams_schema
from runbook.reading.schema_words import ID, PROCESS
from tests.editing.desks import kinds

SCHEMAS = {Role.PROCESS: process_schema(kinds()), Role.PERSON: person_schema(), Role.TEAMS: teams_schema()}


def _ids(root: Mapping[str, Any], schema: Mapping[str, Any], way: Way, seen: frozenset[str]) -> Iterator[Way]:
    """The ways to all fields whose text is an id."""
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        if name == "step":
            way = ("step",)
        if name not in seen:
            yield from _ids(root, root["$defs"][name], way, seen | {name})
        return
    if schema.get("pattern") in (ID, PROCESS):
        yield way
    for name, inner in schema.get("properties", {}).items():
        yield from _ids(root, inner, (*way, name), seen)
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield from _ids(root, schema["additionalProperties"], (*way, "*"), seen)
    for inner in (schema.get("items"), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if inner:
            yield from _ids(root, inner, way, seen)


@pytest.mark.parametrize("role", SCHEMAS, ids=lambda role: role.value)
def test_every_field_that_takes_an_id_says_what_it_names(role: Role) -> None:
    ways = set(_ids(SCHEMAS[role], SCHEMAS[role], (), frozenset()))

    assert ways
    assert ways - set(NAMES[role]) - NAMELESS == set()


def test_every_field_of_the_vocabulary_is_there() -> None:
    for role, schema in SCHEMAS.items():
        ways = set(_ids(schema, schema, (), frozenset()))
        people = {("roles", "*", "people"), ("step", "performer", "people"), ("owner",), ("roles", "*", "team")}
        assert set(NAMES[role]) - ways - people == set()
        assert set(KEYS.get(role, {})) <= {("inputs", "*"), ("roles", "*"), ("teams", "*")}
    assert set(FIXED) <= set(NAMES[Role.PROCESS])


def test_every_name_of_an_expression_has_a_sentence() -> None:
    assert tuple(known.NAMES) == unknown_name._NAMES
    assert tuple(known.OF_STEP) == unknown_name._OF_STEP
    assert tuple(known.OF_RUN) == unknown_name._OF_RUN
    assert set(known.OF_RESULT) == set(unknown_name._RESULTS)


def test_every_filter_and_test_has_a_sentence() -> None:
    assert set(known.FILTERS) == set(FILTERS)
    assert set(known.TESTS) == set(PREDICATES)
