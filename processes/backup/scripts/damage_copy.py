"""Copy a SQLite file and damage the copy: the first page of its first table is overwritten with 64 wrong bytes.

Only the copy is touched. A check that calls this copy whole is worth nothing.

Usage: damage_copy.py FILE COPY
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path

import content

WRONG = b"\xff" * 64


def offset_of_first_table(path: Path) -> int:
    """Where in the file the first page of the first table begins."""
    with contextlib.closing(content.open_read_only(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        row = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND rootpage > 1 ORDER BY rootpage LIMIT 1"
        ).fetchone()
    if row is None:
        sys.exit(f"{path} has no table that could be damaged")
    return int(size) * (int(row[0]) - 1)


def main() -> None:
    """Make the damaged copy."""
    source, copy = Path(sys.argv[1]), Path(sys.argv[2])
    if copy.exists() and copy.samefile(source):
        sys.exit("the copy must be another file than the backup")
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, copy)
    offset = offset_of_first_table(source)
    with copy.open("r+b") as file:
        file.seek(offset)
        file.write(WRONG)
    print(f"{copy}: {len(WRONG)} bytes overwritten from byte {offset} on")


if __name__ == "__main__":
    main()
