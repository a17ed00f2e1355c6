"""What can be explained and pointed at: every sort of finding, and the schemas that editors read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry

from runbook.kind import StepKind
from runbook.kinds import builtin
from runbook.reading.catalogue import catalogue, schemas
from runbook.reading.formatting import schema_for
from runbook.reading.layout import Role
from runbook.reading.schemas import SORTS, schema_of

SCHEMAS = Path(__file__).parents[2] / "schemas"


def test_every_finding_has_a_page_of_several_lines() -> None:
    for code, problem in catalogue(builtin()).items():
        assert code == problem.code
        assert len(problem.explanation.strip().splitlines()) >= 3, code


def test_the_schemas_in_the_repository_are_fresh() -> None:
    wanted = schemas(builtin())

    assert {path.name: path.read_text("utf-8") for path in SCHEMAS.glob("*.json")} == wanted


def test_every_sort_of_file_that_is_read_has_a_schema_and_an_order_of_its_fields() -> None:
    assert {*Role} - {*SORTS} == {Role.MISPLACED, Role.NONE, Role.OPERATIONS}
    for role in SORTS:
        assert schema_for(role, builtin())["properties"] == schema_of(role, builtin())["properties"] != {}


@pytest.mark.parametrize("name", [role.value for role in SORTS])
def test_a_schema_is_valid_and_names_itself(name: str) -> None:
    schema = json.loads(schemas(builtin())[f"{name}.schema.json"])

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("draft/2020-12/schema")
    assert schema["$id"].endswith(name)


@pytest.mark.parametrize("kind", list(builtin()), ids=builtin().keys)
def test_the_example_of_a_kind_fits_the_schema(kind: StepKind) -> None:
    schema = json.loads(schemas(builtin())["process.schema.json"])
    validator = Draft202012Validator(schema, registry=Registry())
    step = yaml.safe_load(kind.example)

    assert kind.key in step
    assert not list(validator.iter_errors({"runbook": 1, "title": "An example", "steps": [step]}))
    assert list(validator.iter_errors({"runbook": 1, "title": "An example", "steps": [{**step, kind.key: None}]}))
