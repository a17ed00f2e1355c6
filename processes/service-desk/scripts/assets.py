"""Look up a device in the list of assets, and change its status.

The list is a CSV file with the columns asset, kind, user, encrypted (yes, no, unknown), last_seen and status.

Usage: assets.py sample FILE
       assets.py show FILE ASSET
       assets.py set FILE ASSET STATUS      (in-use, in-stock, lost or disposed)
"""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path

FIELDS = ("asset", "kind", "user", "encrypted", "last_seen", "status")
STATUSES = ("in-use", "in-stock", "lost", "disposed")
SAMPLE = (
    ("LT-1001", "laptop", "bruno", "yes", "2026-11-24", "in-use"),
    ("LT-1002", "laptop", "carla", "unknown", "2026-11-20", "in-use"),
    ("LT-1040", "laptop", "", "yes", "2026-11-18", "in-stock"),
)


def read(path: Path) -> list[dict]:
    """The rows of the list."""
    if not path.is_file():
        sys.exit(f"{path} is not there")
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict]) -> None:
    """The list anew, in one go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(rows)
    os.replace(draft, path)


def one(rows: list[dict], asset: str) -> dict:
    """The row of one device."""
    for row in rows:
        if row["asset"] == asset:
            return row
    sys.exit(f"the list has no device {asset}")


def main() -> None:
    """Print the device as JSON."""
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if {"sample": 1, "show": 2, "set": 3}.get(verb) != len(given):
        sys.exit("usage: assets.py sample FILE | show FILE ASSET | set FILE ASSET STATUS")
    path = Path(given[0])
    if verb == "sample":
        write(path, [dict(zip(FIELDS, row)) for row in SAMPLE])
        print(json.dumps({"list": str(path), "devices": len(SAMPLE)}))
        return
    rows = read(path)
    row = one(rows, given[1])
    before = row["status"]
    if verb == "set":
        if given[2] not in STATUSES:
            sys.exit(f"{given[2]} is none of {', '.join(STATUSES)}")
        row["status"] = given[2]
        write(path, rows)
    print(json.dumps({**row, "before": before}))


if __name__ == "__main__":
    main()
