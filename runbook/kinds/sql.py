"""A query to a database, with its values bound.

When to use: to read what a database knows, or to change it in one statement. Values are never part of the text: they
are bound to the names in it (`:name`). Without `writes: true` the database itself lets nothing be changed. SQLite comes
with Python; PostgreSQL needs the extra `postgresql`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Code, Fact
from runbook.clauses import Expression, Template, as_written
from runbook.errors import ExpressionError
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import Act, Json, Outcome
from runbook.phrases import Phrase
from runbook.work.sql import query
from runbook.work.statement import names_in, statements

DATABASES = ("sqlite", "postgresql")
WITHIN = 60.0
"""Seconds that a statement may take when the step does not say."""

_REACHED_BY = {
    "host": "Its name or address; the socket of this machine when left out.",
    "port": "Its port; 5432 when left out.",
    "database": "The name of the database; that of the user when left out.",
    "user": "Who logs in; the system user when left out.",
    "password": "With what: `{{ secrets.NAME }}`, and nothing else.",
    "ca": "File of the project with the certificates to trust instead of those of the system.",
}

SCHEMA = {
    "description": "The database, the query, and the values that are bound to it.",
    "type": "object",
    "properties": {
        "sqlite": {"type": "string", "minLength": 1, "description": "The database, a file of the project."},
        "postgresql": {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {
                    "type": "object",
                    "properties": {
                        **{
                            name: {"type": ["string", "integer"] if name == "port" else "string", "description": text}
                            for name, text in _REACHED_BY.items()
                        },
                        "tls": {
                            "enum": ["verify", "encrypt", "none"],
                            "description": "`verify`: encrypted, to the one who has the certificate, which is usual "
                            "but on this machine; `encrypt`: to anybody; `none`: read by everybody on the way.",
                        },
                    },
                    "additionalProperties": False,
                },
            ],
            "description": "How it is reached; or `{{ secrets.NAME }}`, whose secret is the address with all of that.",
        },
        "query": {
            "type": "string",
            "minLength": 1,
            "description": "One statement; values stand in it as `:name`, never as `{{ }}`.",
        },
        "params": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
            "description": "The values by name; texts may hold `{{ }}`.",
        },
        "writes": {"type": "boolean", "description": "`true`: it changes something; `false` when left out."},
        "max_rows": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100_000,
            "description": "How many rows it may give; 1000 when left out. With more it fails, and changes nothing.",
        },
        "within": {
            "$ref": "#/$defs/duration",
            "description": "How long it may take; a minute when left out. The database ends it then.",
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
    database: Json
    """The file, or how the database is reached."""
    query: str
    params: Mapping[str, Json]
    writes: bool
    max_rows: int
    longest: float
    """Seconds that it may take."""


def read(value: Any, reader: Reader) -> Spec:
    sort = next(each for each in DATABASES if each in value)
    _check_text(value["query"], value.get("params", {}), reader)
    database = reader.values(value[sort], sort, sealed=sort == "postgresql")
    if sort == "postgresql":
        _check_secret(database, reader)
    return Spec(
        sort=sort,
        database=database,
        query=value["query"],
        params=reader.values(value.get("params", {}), "params", sealed=True),
        writes=value.get("writes", False),
        max_rows=value.get("max_rows", 1000),
        longest=reader.duration(value["within"], "within") if "within" in value else WITHIN,
    )


def _check_text(text: str, params: Mapping[str, Json], reader: Reader) -> None:
    if re.search(r"\{[{%]", text):
        why = "a value in the text of a query would be read as a part of it"
        reader.mind(ExpressionError(why, "write `:name` in the text, and the value under `params`"), "query")
        return
    if statements(text) != 1:
        what = "there is more than one statement" if statements(text) else "there is no statement"
        reader.mind(ExpressionError(what, "write one; make a step of its own of each"), "query")
    wanted = names_in(text)
    for name in sorted(wanted - set(params)):
        reader.mind(ExpressionError(f"`:{name}` has no value", f"name it under `params`: `{name}: ...`"), "query")
    for name in params:
        if name not in wanted:
            help = f"write `:{name}` where it belongs, or take it out"
            reader.mind(ExpressionError(f"`:{name}` does not stand in the query", help), "params", name)


def _check_secret(database: Json, reader: Reader) -> None:
    """A password stands in no file, and an address can hold one, so that both have to be secrets."""
    if isinstance(database, Template) and not _is_secret(database):
        what = "an address in one text could hold a password"
        help = "name `host`, `database`, `user` and `password`, or make a secret of it: `{{ secrets.NAME }}`"
        reader.mind(ExpressionError(what, help), "postgresql")
    elif isinstance(database, dict) and "password" in database and not _is_secret(database["password"]):
        help = "take it from a secret: `{{ secrets.NAME }}`"
        reader.mind(ExpressionError("a password is told to nobody", help), "postgresql", "password")


def _is_secret(text: Template) -> bool:
    part = text.parts[0] if len(text.parts) == 1 else ""
    return isinstance(part, Expression) and part.source.strip().startswith(("secrets.", "secrets["))


def perform(spec: Spec, values: Values) -> Outcome:
    params = values.value(spec.params)
    request = {
        "sort": spec.sort,
        "database": values.value(spec.database),
        "query": spec.query,
        "params": params,
        "writes": spec.writes,
        "max_rows": spec.max_rows,
        "within": spec.longest,
    }
    bound = "".join(f"\n-- :{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in params.items())
    return Act(work="sql", request=request, shown=f"{spec.query.strip()}{bound}")


def describe(spec: Spec) -> Iterator[Block]:
    yield Code(spec.query.strip(), "sql")
    if isinstance(spec.database, dict):
        name, host = (as_written(spec.database.get(each, "")) for each in ("database", "host"))
        there = Phrase("{database} on {host}", database=name, host=host) if name and host else name or host
        yield Fact(Phrase("Database"), there or Phrase("PostgreSQL on this machine"))
    else:
        yield Fact(Phrase("Database"), as_written(spec.database))
    for name, value in spec.params.items():
        yield Fact(Phrase("With {name}", name=name), as_written(value))


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
title: Count the open tickets of the server
sql:
  sqlite: data/tickets.db
  query: SELECT count(*) AS open FROM ticket WHERE host = :host AND closed IS NULL
  params: {host: "{{ inputs.host }}"}
outputs:
  open: {json: rows.0.open, type: integer}
""",
)
