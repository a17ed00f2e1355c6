"""Look up a device in the list of assets, and change its status.

The list is a CSV file with the columns asset, kind, user, encrypted (yes, no, unknown), last_seen and status, which is
in-use, in-stock, lost or disposed.

Usage: assets.py sample FILE
       assets.py show FILE ASSET
       assets.py set FILE ASSET STATUS [--expect STATUS] [--user USER]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import table

FIELDS = ("asset", "kind", "user", "encrypted", "last_seen", "status")
STATUSES = ("in-use", "in-stock", "lost", "disposed")
SAMPLE = (
    ("LT-1001", "laptop", "bruno", "yes", "2026-11-24", "in-use"),
    ("LT-1002", "laptop", "carla", "unknown", "2026-11-20", "in-use"),
    ("LT-1040", "laptop", "", "yes", "2026-11-18", "in-stock"),
)


def one(rows: list[dict], asset: str) -> dict:
    """The row of one device."""
    for row in rows:
        if row["asset"] == asset:
            return row
    sys.exit(f"the list has no device {asset}")


def sample(path: Path) -> dict:
    """A list with two laptops in use, and one in stock."""
    table.write(path, FIELDS, [dict(zip(FIELDS, row)) for row in SAMPLE])
    return {"list": str(path), "devices": len(SAMPLE)}


def show(path: Path, asset: str) -> dict:
    """One device."""
    return one(table.read(path, FIELDS), asset)


def set_status(path: Path, asset: str, status: str, expect: str | None, user: str | None) -> dict:
    """A device with another status, and another user when one is given; what was before is given back."""
    rows = table.read(path, FIELDS)
    row = one(rows, asset)
    before = row["status"]
    if expect not in (None, before):
        sys.exit(f"{asset} is {before}, and {expect} is expected; nothing was changed")
    row["status"] = status
    if user is not None:
        row["user"] = user
    table.write(path, FIELDS, rows)
    return {**row, "before": before}


def main() -> None:
    """Print the device as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("sample", "show", "set"):
        command = commands.add_parser(name)
        command.add_argument("path", metavar="FILE", type=Path)
        if name != "sample":
            command.add_argument("asset")
        if name == "set":
            command.add_argument("status", choices=STATUSES)
            command.add_argument("--expect", choices=STATUSES)
            command.add_argument("--user")
    given = vars(parser.parse_args())
    verb = {"sample": sample, "show": show, "set": set_status}[given.pop("command")]
    with table.locked(given["path"].parent, make=verb is sample):
        print(json.dumps(verb(**given)))


if __name__ == "__main__":
    main()
