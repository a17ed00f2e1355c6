"""Check a SQLite file: is its structure whole, and, with a checksum, is it still the same file?

Ends with 1 when the file is damaged or another one.

Usage: check_file.py FILE [SHA256]
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import content


def structure_faults(path: Path) -> list[str]:
    """What is wrong with the structure of the file; SQLite itself takes an empty file for a database without tables."""
    if path.stat().st_size == 0:
        return ["the file is empty"]
    try:
        return content.faults(content.open_read_only(path))
    except sqlite3.DatabaseError as error:
        return [str(error)]


def main() -> None:
    """Print the findings as JSON."""
    path = Path(sys.argv[1])
    wanted = sys.argv[2].lower() if len(sys.argv) > 2 else ""
    if not path.is_file():
        sys.exit(f"{path} is not there")
    found = content.sha256(path)
    faults = structure_faults(path)
    checksum = "not compared" if not wanted else "equal" if found == wanted else "differs"
    structure = "damaged" if faults else "whole"
    print(
        json.dumps({"file": str(path), "sha256": found, "checksum": checksum, "structure": structure, "faults": faults})
    )
    if faults or checksum == "differs":
        sys.exit(f"{path}: structure {structure}, checksum {checksum}")


if __name__ == "__main__":
    main()
