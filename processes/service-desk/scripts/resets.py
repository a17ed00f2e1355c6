"""Count the password resets of an account in the log of the service desk, and add one.

The log is a CSV file with the columns at (ISO 8601, UTC without a zone), account, by, and the run that did it. Whoever
tries to take over an account asks more often, and asks different people.

Usage: resets.py sample FILE
       resets.py count FILE ACCOUNT DAYS
       resets.py add FILE ACCOUNT BY RUN
       resets.py take-back FILE RUN
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import table
import times

FIELDS = ("at", "account", "by", "run")
SAMPLE = (("bruno", "ines", 40), ("eve", "ines", 1), ("eve", "kofi", 1), ("eve", "anna", 0))
"""Account, who did it, days ago."""


def count(path: Path, account: str, days: int) -> dict:
    """The resets of the last days, and how many people did them."""
    since = times.now() - datetime.timedelta(days=days)
    found = [row for row in table.read(path, FIELDS) if row["account"] == account]
    found = [row for row in found if times.instant(row["at"]) >= since]
    return {"account": account, "count": len(found), "people": len({row["by"] for row in found})}


def add(path: Path, account: str, by: str, run: str) -> dict:
    """One more reset; the same run again changes nothing."""
    rows = [row for row in table.read(path, FIELDS) if row["run"] != run]
    new = {"at": times.now().isoformat(timespec="seconds"), "account": account, "by": by, "run": run}
    table.write(path, FIELDS, [*rows, new])
    return {"entries": len(rows) + 1}


def take_back(path: Path, run: str) -> dict:
    """The log without the reset of a run."""
    rows = table.read(path, FIELDS)
    left = [row for row in rows if row["run"] != run]
    table.write(path, FIELDS, left)
    return {"taken_back": len(rows) - len(left)}


def sample(path: Path) -> dict:
    """A log in which `eve` was reset three times within two days, by three people."""
    rows = []
    for number, (account, by, ago) in enumerate(SAMPLE):
        at = (times.now() - datetime.timedelta(days=ago)).isoformat(timespec="seconds")
        rows.append({"at": at, "account": account, "by": by, "run": f"sample-{number}"})
    table.write(path, FIELDS, rows)
    return {"log": str(path), "entries": len(rows)}


def main() -> None:
    """Print the answer as JSON."""
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if {"sample": 1, "count": 3, "add": 4, "take-back": 2}.get(verb) != len(given):
        sys.exit(
            "usage: resets.py sample FILE | count FILE ACCOUNT DAYS | add FILE ACCOUNT BY RUN | take-back FILE RUN"
        )
    path = Path(given[0])
    if verb == "count" and not given[2].isdecimal():
        sys.exit(f"{given[2]} is no number of days")
    with table.locked(path.parent, make=verb == "sample"):
        if verb == "sample":
            found = sample(path)
        elif verb == "count":
            found = count(path, given[1], int(given[2]))
        else:
            found = {"add": add, "take-back": take_back}[verb](path, *given[1:])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
