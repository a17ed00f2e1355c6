"""Asks a database, for `sql` steps: SQLite from the standard library, PostgreSQL by the extra `postgresql`.

What is printed is `{"rows": [{column: value}], "count": rows, "changed": rows that were changed}`.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from runbook.kind import WorkFailed

_PIECES = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|(?P<tag>\$\w*\$).*?(?P=tag)|::|(?<![\w:]):(?P<name>[a-zA-Z_]\w*)",
    re.DOTALL,
)
"""What a name must not be looked for in, and names."""


def names_in(text: str) -> set[str]:
    """The names that values are bound to: `:name`, outside of quotes and comments."""
    return {found["name"] for found in _PIECES.finditer(text) if found["name"]}


def query(request: Mapping[str, Any]) -> None:
    """Carry the statement out and print what it gave, as JSON."""
    params = {name: _bindable(name, value) for name, value in request["params"].items()}
    ask = _sqlite if request["sort"] == "sqlite" else _postgresql
    columns, rows, changed = ask(request, params)
    if len(rows) > request["max_rows"]:
        help = "ask for less, or allow more: `max_rows`"
        raise WorkFailed(f"the query gives more than {request['max_rows']} rows", help)
    found = [dict(zip(columns, map(_shown, row), strict=True)) for row in rows]
    print(json.dumps({"rows": found, "count": len(found), "changed": changed}, ensure_ascii=False, allow_nan=False))


def _bindable(name: str, value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (list, dict)) else value


def _shown(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value if not isinstance(value, float) or math.isfinite(value) else str(value)
    return value if isinstance(value, (list, dict)) else str(value)


Answer = tuple[Sequence[str], Sequence[Sequence[Any]], int]


def _sqlite(request: Mapping[str, Any], params: Mapping[str, Any]) -> Answer:
    import sqlite3
    from urllib.parse import quote

    path = os.path.abspath(request["database"])
    mode = "rw" if request["writes"] else "ro"
    try:
        connection = sqlite3.connect(f"file:{quote(path)}?mode={mode}", uri=True, timeout=30.0, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE" if request["writes"] else "BEGIN")
            cursor = connection.execute(request["query"], params)
            rows = cursor.fetchmany(request["max_rows"] + 1) if cursor.description else []
            changed = max(cursor.rowcount, 0)
            if len(rows) <= request["max_rows"]:
                connection.execute("COMMIT")
        finally:
            connection.close()
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise WorkFailed(_why(str(error), path), _help(str(error))) from None
    return [each[0] for each in cursor.description or ()], rows, changed


def _why(error: str, path: str) -> str:
    return f"the database {path} can't be opened" if error.startswith("unable to open") else error


def _help(error: str) -> str:
    return "a statement that changes something needs `writes: true`" if "readonly" in error else ""


def _postgresql(request: Mapping[str, Any], params: Mapping[str, Any]) -> Answer:
    try:
        import psycopg  # an extra: only those who have such steps need it
    except ImportError:
        help = "pip install 'runbook-toolkit[postgresql]'"
        raise WorkFailed("`sql` steps with `postgresql` need the package psycopg", help) from None

    try:
        with psycopg.connect(request["database"], connect_timeout=30) as connection:
            connection.read_only = not request["writes"]
            cursor = connection.cursor()
            cursor.execute(_placed(request["query"]).encode(), params)
            rows = cursor.fetchmany(request["max_rows"] + 1) if cursor.description else []
            columns = [each.name for each in cursor.description or ()]
            if len(rows) > request["max_rows"]:
                connection.rollback()
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise WorkFailed(_first(error), "a statement that changes something needs `writes: true`") from None
    except psycopg.OperationalError as error:
        raise WorkFailed(_first(error), "see `postgresql` of the step", exit_code=2) from None
    except psycopg.Error as error:
        raise WorkFailed(_first(error)) from None
    return columns, rows, max(cursor.rowcount, 0) if not columns or request["writes"] else 0


def _first(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _placed(text: str) -> str:
    """The statement in the words of psycopg: `%(name)s` for `:name`."""
    kept: list[str] = []
    at = 0
    for found in _PIECES.finditer(text):
        piece = f"%({found['name']})s" if found["name"] else found[0].replace("%", "%%")
        kept += (text[at : found.start()].replace("%", "%%"), piece)
        at = found.end()
    return "".join([*kept, text[at:].replace("%", "%%")])
