"""A query to a database, with its values bound.

When to use: to read what a database knows, or to change it in one statement. Values are never part of the text: they
are bound to the names in it (`:name`). Without `writes: true` the database is asked to let nothing be changed.
PostgreSQL needs the extra `postgresql`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Code, Fact
from runbook.clauses import Template, as_written
from runbook.errors import ExpressionError
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import Act, Json, Outcome
from runbook.work.sql import query

DATABASES = ("sqlite", "postgresql")

SCHEMA = {
    "description": "The database, the query, and the values that are bound to it.",
    "type": "object",
    "properties": {
        "sqlite": {"type": "string", "minLength": 1, "description": "The file of the database."},
        "postgresql": {
            "type": "string",
            "minLength": 1,
            "description": "How to reach it, as a URL or as `key=value` words; with a secret where one is needed.",
        },
        "query": {
            "type": "string",
            "minLength": 1,
            "description": "One statement; values stand in it as `:name`, never as `{{ }}`.",
        },
        "params": {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"},
            "description": "The values by name; texts may hold `{{ }}`.",
        },
        "writes": {"type": "boolean", "description": "`true`: it changes something; `false` when left out."},
        "max_rows": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100_000,
            "description": "How many rows it may give; 1000 when left out. With more it fails.",
        },
    },
    "required": ["query"],
    "oneOf": [{"required": [each]} for each in DATABASES],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Spec:
    """A statement for one database, and what is bound to its names."""

    sort: str
    database: Template
    query: str
    params: Mapping[str, Json]
    writes: bool
    max_rows: int


def read(value: Any, reader: Reader) -> Spec:
    sort = next(each for each in DATABASES if each in value)
    params, text = value.get("params", {}), value["query"]
    if re.search(r"\{[{%]", text):
        why = "a value in the text of a query could be taken for a part of it"
        reader.mind(ExpressionError(why, "write `:name` in the text, and name the value under `params`"), "query")
    else:
        from runbook.work.sql import names_in

        wanted = names_in(text)
        for name in sorted(wanted - set(params)):
            reader.mind(ExpressionError(f"`:{name}` has no value", f"name it under `params`: `{name}: ...`"), "query")
        for name in params:
            if name not in wanted:
                help = f"write `:{name}` where it belongs, or take it out"
                reader.mind(ExpressionError(f"`:{name}` does not stand in the query", help), "params", name)
    return Spec(
        sort=sort,
        database=reader.template(value[sort], sort, sealed=sort == "postgresql"),
        query=text,
        params=reader.below("params").values(params, sealed=True),
        writes=value.get("writes", False),
        max_rows=value.get("max_rows", 1000),
    )


def perform(spec: Spec, values: Values) -> Outcome:
    params, database = values.value(spec.params), values.text(spec.database)
    request = {
        "sort": spec.sort,
        "database": database,
        "query": spec.query,
        "params": params,
        "writes": spec.writes,
        "max_rows": spec.max_rows,
    }
    bound = "".join(f"\n-- :{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in params.items())
    return Act(work="sql", request=request, shown=f"{spec.query.strip()}{bound}")


def describe(spec: Spec) -> Iterator[Block]:
    yield Code(spec.query.strip(), "sql")
    yield Fact("Database", spec.database.source)
    for name, value in spec.params.items():
        yield Fact(f"With {name}", as_written(value))


def only_looks(spec: Spec) -> bool:
    """True when it changes nothing, so that a crash may repeat it."""
    return not spec.writes


KIND = StepKind(
    key="sql",
    summary="asks a database",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    work=query,
    only_looks=only_looks,
    example="""\
id: count-open
title: Count the open tickets of the team
sql:
  sqlite: data/tickets.db
  query: SELECT count(*) AS open FROM ticket WHERE team = :team AND closed IS NULL
  params: {team: "{{ inputs.team }}"}
outputs:
  open: {json: rows.0.open, type: integer}
""",
)
