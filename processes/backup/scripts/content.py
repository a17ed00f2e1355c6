"""What a SQLite database holds: its rows per table, and one digest over its schema and all its rows."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path
from urllib.parse import quote


def open_read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot change the database, and fails when the file is not there."""
    connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, isolation_level=None)
    connection.text_factory = bytes
    return connection


def describe(connection: sqlite3.Connection) -> dict[str, object]:
    """Rows per table, rows in all, and a SHA-256 over every schema entry and every row in stored order."""
    digest = hashlib.sha256()
    tables: dict[str, int] = {}
    schema = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name")
    entries = [tuple(text.decode("utf-8", "surrogateescape") for text in row) for row in schema]
    for kind, name, sql in entries:
        digest.update(repr((kind, name, sql)).encode())
        if kind != "table" or sql.upper().startswith("CREATE VIRTUAL"):
            continue
        tables[name] = 0
        for row in connection.execute('SELECT * FROM "{}"'.format(name.replace('"', '""'))):
            digest.update(repr(row).encode())
            tables[name] += 1
    return {"tables": tables, "rows": sum(tables.values()), "digest": digest.hexdigest()}


def faults(connection: sqlite3.Connection) -> list[str]:
    """What SQLite's own integrity check finds; empty when the structure is whole."""
    try:
        found = [row[0].decode("utf-8", "replace") for row in connection.execute("PRAGMA integrity_check(10)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def sha256(path: Path) -> str:
    """The SHA-256 of the file as it lies on disk."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
