"""Count the rows of every table of a SQLite database and make one digest of all its content.

Usage: count_rows.py FILE
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import content


def main() -> None:
    """Print tables, rows and digest as JSON; end with 1 when the file cannot be read."""
    path = Path(sys.argv[1])
    try:
        facts = content.describe(content.open_read_only(path))
    except sqlite3.DatabaseError as error:
        sys.exit(f"{path} cannot be read: {error}")
    print(json.dumps({"file": str(path), **facts}))


if __name__ == "__main__":
    main()
