"""Asks a database, for `sql` steps: SQLite from the standard library, PostgreSQL by the extra `postgresql`.

What is printed is `{"rows": [{column: value}], "count": rows, "changed": rows that were changed}`.

Rule 1: values are bound, never written into the text; and only one statement is carried out, also by the database.
Rule 2: without `writes` the database is opened so that it refuses every change.
Rule 3: a change is made whole or not at all: when it fails, takes too long or gives too much, nothing is changed.
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from runbook.kind import WorkFailed
from runbook.work.files import changeable, inside

LONGEST = 8 * 1024 * 1024
"""Characters of rows that become output."""
UNREACHED, TOO_LATE = 2, 3
"""Exit codes: the database can't be reached; the statement took too long."""

Answer = tuple[Sequence[Mapping[str, Any]], int]
"""The rows, and how many were changed."""


def query(request: Mapping[str, Any]) -> None:
    """Carry the statement out and print what it gave, as JSON."""
    try:
        if request["sort"] == "sqlite":
            rows, changed = _sqlite(request)
        else:
            from runbook.work.postgresql import ask

            rows, changed = ask(request, kept)
    except (OverflowError, UnicodeError) as error:
        raise WorkFailed(f"a value can't be bound: {error}", "see `params` of the step") from None
    print(json.dumps({"rows": rows, "count": len(rows), "changed": changed}, ensure_ascii=False, allow_nan=False))


def kept(names: Callable[[], Sequence[str]], found: Iterable[Sequence[Any]], most: int) -> list[Mapping[str, Any]]:
    """The rows by column, as JSON has them; `WorkFailed` as soon as they are too many, or too long together."""
    rows: list[Mapping[str, Any]] = []
    columns: Sequence[str] = ()
    size = 0
    for row in found:
        if not rows:
            columns = names()
            if twice := next((each for each in columns if columns.count(each) > 1), ""):
                raise WorkFailed(f"two columns have the name `{twice}`", "give each a name of its own: `AS name`")
        if len(rows) == most:
            raise WorkFailed(f"the query gives more than {most} rows", "ask for less, or allow more: `max_rows`")
        rows.append(dict(zip(columns, map(_shown, row), strict=True)))
        size += len(json.dumps(rows[-1]))
        if size > LONGEST:
            raise WorkFailed(f"the rows are longer than {LONGEST // 1024 // 1024} MiB", "ask for less")
    return rows


def _shown(value: Any) -> Any:
    """The value as JSON has it: numbers as numbers where none of their digits is lost, times in ISO 8601."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case decimal.Decimal():
            return _number(value)
        case bytes() | memoryview() | bytearray():
            return bytes(value).hex()
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return value.total_seconds()
        case list() | tuple():
            return [_shown(each) for each in value]
        case dict():
            return {str(name): _shown(each) for name, each in value.items()}
    return str(value)


def _number(value: decimal.Decimal) -> int | float | str:
    if not value.is_finite() or abs(value.adjusted()) > 300:
        return str(value)
    if value == value.to_integral_value():
        return int(value)
    return float(value) if decimal.Decimal(repr(float(value))) == value else str(value)


def _sqlite(request: Mapping[str, Any]) -> Answer:
    import sqlite3
    from urllib.parse import quote

    named, writes, within = request["database"], request["writes"], request["within"]
    path = changeable(named) if writes else inside(named)
    until = time.monotonic() + within
    params = {
        name: json.dumps(each) if isinstance(each, (list, dict)) else each for name, each in request["params"].items()
    }
    try:
        connection = sqlite3.connect(
            f"file:{quote(path)}?mode={'rw' if writes else 'ro'}", uri=True, timeout=within, isolation_level=None
        )
        try:
            connection.execute("PRAGMA trusted_schema = OFF")  # nothing in the file is run but what was asked for
            connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            connection.set_authorizer(_authorized)
            connection.set_progress_handler(lambda: time.monotonic() > until, 10_000)
            cursor = connection.execute(request["query"], params)
            rows = kept(lambda: [each[0] for each in cursor.description], cursor, request["max_rows"])
            changed = max(cursor.rowcount, 0) if writes else 0
            connection.set_progress_handler(None, 0)
            connection.set_authorizer(None)
            connection.execute("COMMIT")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise _failed(error, named, within) from None
    except sqlite3.Warning:  # what Python 3.11 says to two statements
        raise WorkFailed("there is more than one statement", "make a step of its own of each") from None
    return rows, changed


def _authorized(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Refuses what leads to other files, or ends the transaction."""
    import sqlite3

    refused = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT)
    return sqlite3.SQLITE_DENY if action in refused else sqlite3.SQLITE_OK


def _failed(error: Exception, named: str, within: float) -> WorkFailed:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_CANTOPEN"):
        return WorkFailed(f"there is no database `{named}` that can be opened", "see `sqlite` of the step", UNREACHED)
    if name.startswith("SQLITE_BUSY"):
        return WorkFailed(f"`{named}` was in use for {within:g} s", "see who writes to it, then try again", TOO_LATE)
    if name.startswith("SQLITE_INTERRUPT"):
        return WorkFailed(f"the statement took longer than {within:g} s", "ask for less, or see `within`", TOO_LATE)
    if name.startswith("SQLITE_READONLY"):
        return WorkFailed("the statement would change something", "if that is meant, say so: `writes: true`")
    if name == "SQLITE_AUTH":
        return WorkFailed("the statement leads to another file, or ends the transaction", "ask for one statement alone")
    return WorkFailed(str(error))
