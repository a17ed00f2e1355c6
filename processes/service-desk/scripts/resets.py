"""Count the password resets of an account in the log of the service desk, and add one.

The log is a CSV file with the columns at (ISO 8601), account and by. Whoever tries to take over an account asks more
often, and asks different people.

Usage: resets.py sample FILE
       resets.py count FILE ACCOUNT DAYS
       resets.py add FILE ACCOUNT BY RUN
       resets.py take-back FILE RUN
"""

from __future__ import annotations

import csv
import datetime
import json
import os
import sys
from pathlib import Path

FIELDS = ("at", "account", "by", "run")
SAMPLE = (("bruno", "ines", 40), ("eve", "ines", 1), ("eve", "kofi", 1), ("eve", "anna", 0))
"""Account, who did it, days ago."""


def read(path: Path) -> list[dict]:
    """The rows of the log."""
    if not path.is_file():
        sys.exit(f"{path} is not there")
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict]) -> None:
    """The log anew, in one go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(rows)
    os.replace(draft, path)


def now() -> datetime.datetime:
    """This moment."""
    return datetime.datetime.now(datetime.timezone.utc)


def count(path: Path, account: str, days: int) -> dict:
    """The resets of the last days, and how many people did them."""
    since = now() - datetime.timedelta(days=days)
    found = [row for row in read(path) if row["account"] == account]
    found = [row for row in found if datetime.datetime.fromisoformat(row["at"]) >= since]
    return {"account": account, "count": len(found), "people": len({row["by"] for row in found})}


def add(path: Path, account: str, by: str, run: str) -> dict:
    """One more reset; the same run again changes nothing."""
    rows = [row for row in read(path) if row["run"] != run]
    write(path, [*rows, {"at": now().isoformat(timespec="seconds"), "account": account, "by": by, "run": run}])
    return {"entries": len(rows) + 1}


def sample(path: Path) -> dict:
    """A log in which `eve` was reset three times within two days, by three people."""
    rows = []
    for number, (account, by, ago) in enumerate(SAMPLE):
        at = (now() - datetime.timedelta(days=ago)).isoformat(timespec="seconds")
        rows.append({"at": at, "account": account, "by": by, "run": f"sample-{number}"})
    write(path, rows)
    return {"log": str(path), "entries": len(rows)}


def main() -> None:
    """Print the answer as JSON."""
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if {"sample": 1, "count": 3, "add": 4, "take-back": 2}.get(verb) != len(given):
        sys.exit(
            "usage: resets.py sample FILE | count FILE ACCOUNT DAYS | add FILE ACCOUNT BY RUN | take-back FILE RUN"
        )
    path = Path(given[0])
    if verb == "sample":
        print(json.dumps(sample(path)))
    elif verb == "count":
        print(json.dumps(count(path, given[1], int(given[2]))))
    elif verb == "add":
        print(json.dumps(add(path, *given[1:])))
    else:
        rows = read(path)
        left = [row for row in rows if row["run"] != given[1]]
        write(path, left)
        print(json.dumps({"taken_back": len(rows) - len(left)}))


if __name__ == "__main__":
    main()
