"""Everything that can be explained or pointed at: the sorts of findings, and the schemas of the files."""

from __future__ import annotations

import json
from collections.abc import Mapping

from runbook.diagnostics import Problem
from runbook.kind import Kinds
from runbook.reading import (
    allowing,
    currency,
    department,
    docs,
    hosts,
    layout,
    people,
    process_tests,
    rules,
    shape,
    tree,
)
from runbook.reading.operations import documents
from runbook.reading.schemas import SORTS, schema_of

_NAMES = "urn:runbook-toolkit:schema:1:"


def catalogue(kinds: Kinds) -> Mapping[str, Problem]:
    """Every sort of finding by its code, in the order of the codes."""
    problems = (
        *tree.PROBLEMS,
        *shape.PROBLEMS,
        *(rule.problem for rule in rules.builtin()),
        *layout.PROBLEMS,
        *people.PROBLEMS,
        *hosts.PROBLEMS,
        *process_tests.PROBLEMS,
        *allowing.PROBLEMS,
        *docs.PROBLEMS,
        *currency.PROBLEMS,
        *department.PROBLEMS,
        *(problem for document in documents() for problem in document.problems),
    )
    return {problem.code: problem for problem in sorted(problems, key=lambda problem: problem.code)}


def schemas(kinds: Kinds) -> dict[str, str]:
    """The JSON Schema of each sort of file, as the text of the file an editor points at."""
    made = {role.value: schema_of(role, kinds) for role in SORTS}
    made |= {document.name: document.schema() for document in documents()}
    return {f"{name}.schema.json": _text(name, schema) for name, schema in made.items()}


def _text(name: str, schema: Mapping[str, object]) -> str:
    dialect = schema["$schema"]
    rest = {word: value for word, value in schema.items() if word != "$schema"}
    identified = {"$schema": dialect, "$id": _NAMES + name, **rest}
    return json.dumps(identified, indent=2, ensure_ascii=False) + "\n"
