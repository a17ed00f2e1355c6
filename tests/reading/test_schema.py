"""The schemas: described, closed, in the standard's words, and agreed with by the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runbook.kinds import builtin
from runbook.reading.schema import KINDS_KEYWORD, group_schema, process_schema, project_schema
from runbook.reading.schema_people import person_schema, teams_schema
from runbook.reading.tree import read_tree
from runbook.reading.verdict import compile_verdict, python_pattern

SCHEMAS = {
    "process": process_schema(builtin()),
    "group": group_schema(),
    "project": project_schema(),
    "person": person_schema(),
    "teams": teams_schema(),
}


def inner(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every schema inside of a schema, with where it stands."""
    yield path, schema
    for word in ("properties", "$defs"):
        for name, each in schema.get(word, {}).items():
            yield from inner(each, (*path, name))
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from inner(schema[word], (*path, word))
    for number, each in enumerate(schema.get("anyOf", ())):
        yield from inner(each, (*path, str(number)))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_in_its_dialect(name: str) -> None:
    schema = SCHEMAS[name]

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_described(name: str) -> None:
    for path, schema in inner(SCHEMAS[name]):
        for field, value in schema.get("properties", {}).items():
            described = value if "description" in value else SCHEMAS[name]["$defs"][value["$ref"].split("/")[-1]]
            assert described["description"].endswith((".", "`")), (path, field)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_mapping_is_closed_or_names_are_the_authors(name: str) -> None:
    for path, schema in inner(SCHEMAS[name]):
        if "properties" in schema and "secret" not in path[-1:]:  # its source may be one of another package
            assert schema["additionalProperties"] is False, path


def test_a_step_has_the_common_fields_and_every_kind_and_says_so_to_the_check() -> None:
    step = SCHEMAS["process"]["$defs"]["step"]
    kinds = builtin()

    assert set(kinds.keys) < set(step["properties"])
    assert step["required"] == ["id"]
    assert set(step[KINDS_KEYWORD]["acting"]) == {kind.key for kind in kinds if kind.acts}
    assert sorted([*step[KINDS_KEYWORD]["acting"], *step[KINDS_KEYWORD]["others"]]) == sorted(kinds.keys)


def test_the_reference_page_and_the_schemas_name_the_same_fields() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "language.md").read_text(encoding="utf-8")
    sections = {
        "## A process": set(SCHEMAS["process"]["properties"]),
        "### `group.yaml`": set(SCHEMAS["group"]["properties"]),
        "### `operations/people/ID.yaml`": set(SCHEMAS["person"]["properties"]),
        "### `operations/teams.yaml`": set(SCHEMAS["teams"]["properties"]),
        "## A step": set(SCHEMAS["process"]["$defs"]["step"]["properties"]) - set(builtin().keys) | {"manual"},
    }
    for heading, fields in sections.items():
        text = page.split(f"\n{heading}\n", 1)[1].split("\n#", 1)[0]
        rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
        named = {word.strip("` ").split(".")[0] for row in rows for word in row.split(",")}
        assert named | {"id", "title"} == fields | {"id"} if "step" in heading else named == fields, heading


def test_the_example_of_every_kind_has_the_right_shape() -> None:
    verdict = compile_verdict(SCHEMAS["process"])
    for kind in builtin():
        tree, findings = read_tree("example.yaml", kind.example.encode())
        assert findings == ()
        assert tree is not None
        process = {"runbook": 1, "title": "T", "steps": [tree.data]}
        assert verdict(process), kind.key
        assert not verdict({**process, "steps": [{**tree.data, "extra": 1}]}), kind.key


@pytest.mark.parametrize(
    ("name", "data", "right"),
    [
        ("project", {"runbook": 1, "title": "T"}, True),
        ("project", {"runbook": 1, "title": "T", "summary": "S", "defaults": {"max_parallel": 64}}, True),
        ("project", {"runbook": 1, "title": "T", "defaults": {"max_parallel": 65}}, False),
        ("project", {"runbook": 1, "title": "T", "defaults": {"max_parallel": True}}, False),
        ("project", {"runbook": True, "title": "T"}, False),
        ("project", {"title": "T"}, False),
        ("group", {"title": "T"}, True),
        ("group", {"title": "T", "owner": "o", "description": "d", "scope": {"in": ["a"], "out": []}}, True),
        ("group", {"title": "T", "scope": {"in": "a"}}, False),
        ("group", {"title": ""}, False),
        ("group", {"title": "T", "process": 1}, False),
    ],
)
def test_a_project_and_a_group_have_their_shape(name: str, data: dict[str, Any], right: bool) -> None:
    assert compile_verdict(SCHEMAS[name])(data) is right
    assert Draft202012Validator(SCHEMAS[name]).is_valid(data) is right


@pytest.mark.parametrize(
    "schema",
    [
        {"format": "email"},
        {"properties": {"a": {"not": {}}}},
        {"items": {"if": {}}},
        {"enum": [[1]]},
        {"const": [1]},
        {"$ref": "https://example.org/schema.json"},
        {"patternProperties": {}},
        {"uniqueItems": True},
    ],
    ids=str,
)
def test_a_keyword_that_the_verdict_does_not_know_is_refused_loudly(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="unsupported"):
        compile_verdict(schema)


def test_a_line_break_at_the_end_of_a_name_is_not_let_through() -> None:
    verdict = compile_verdict({"type": "string", "pattern": "^[a-z]+$"})

    assert verdict("abc")
    assert not verdict("abc\n")
    assert python_pattern(r"a\$") == r"a\$"


VALUES = [
    None,
    True,
    False,
    0,
    1,
    2,
    1.0,
    1.5,
    -1,
    "",
    "a",
    "ab",
    "1",
    [],
    [1],
    ["a"],
    {},
    {"a": 1},
    {"a": "b"},
    {"b": None},
]
SMALL = [
    {"type": "integer"},
    {"type": "number", "minimum": 1, "maximum": 1.5},
    {"type": ["string", "null"], "minLength": 1, "maxLength": 1},
    {"minLength": 1, "minimum": 1, "minItems": 1, "minProperties": 1},
    {"maxItems": 0, "maxProperties": 0},
    {"const": 1},
    {"const": True},
    {"const": None},
    {"enum": ["a", "1"]},
    {"items": {"type": "string"}},
    {"required": ["a"], "additionalProperties": {"type": "integer"}},
    {"properties": {"a": {"type": "string"}}, "additionalProperties": False},
    {"propertyNames": {"pattern": "^a"}},
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]},
    {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    {"$defs": {"x": {"type": "object"}}, "$ref": "#/$defs/x"},
    {"$defs": {"x": {"items": {"$ref": "#/$defs/x"}, "type": ["array", "integer"]}}, "$ref": "#/$defs/x"},
]


@pytest.mark.parametrize("schema", SMALL, ids=str)
def test_each_keyword_means_what_the_standard_says(schema: dict[str, Any]) -> None:
    verdict, standard = compile_verdict(schema), Draft202012Validator(schema)

    assert [verdict(value) for value in VALUES] == [standard.is_valid(value) for value in VALUES]
    assert len({verdict(value) for value in VALUES}) == 2
