"""Take a consistent backup of a SQLite database that may be in use, and say what it held at that moment.

Counts, digest and copy come from one read transaction: nobody's writing can come between them.

Ends with 75 when the database was locked, so that another attempt makes sense, and with 1 for everything else.

Usage: take_backup.py SOURCE TARGET
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from pathlib import Path

import content

TRY_AGAIN = 75


def copy(source: sqlite3.Connection, target: Path) -> None:
    """Copy every page to a new file, as one file without side files, and have it on disk before it gets its name."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    connection = sqlite3.connect(partial)
    source.backup(connection)
    connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    connection.close()
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(partial, target)


def main() -> None:
    """Describe the source and copy it, inside one transaction."""
    path, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source = content.open_read_only(path)
        source.execute("BEGIN")
        facts = content.describe(source)
        copy(source, target)
        source.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        print(f"no backup of {path}: {error}", file=sys.stderr)
        sys.exit(TRY_AGAIN if "locked" in str(error) or "busy" in str(error) else 1)
    print(json.dumps({"backup": str(target), "bytes": target.stat().st_size, **facts}))


if __name__ == "__main__":
    main()
