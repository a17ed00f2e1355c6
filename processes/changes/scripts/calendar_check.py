"""Look into the change calendar: freezes, and windows that are taken on the same service.

The calendar is a CSV file with the columns kind (`freeze` or `window`), service (`*` for all), begins, ends (ISO 8601)
and title.

Usage: calendar_check.py sample FILE
       calendar_check.py clashes FILE SERVICE BEGINS MINUTES
       calendar_check.py book FILE SERVICE BEGINS MINUTES TITLE
       calendar_check.py withdraw FILE SERVICE BEGINS
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import os
import sys
from pathlib import Path

FIELDS = ("kind", "service", "begins", "ends", "title")
SAMPLE = (
    ("freeze", "*", "2026-12-18T00:00:00Z", "2027-01-04T06:00:00Z", "Freeze at the end of the year"),
    ("window", "shop", "2026-12-08T20:00:00Z", "2026-12-08T22:00:00Z", "Move of the shop database"),
)
COMMANDS = {
    "sample": (),
    "clashes": ("service", "begins", "minutes"),
    "book": ("service", "begins", "minutes", "title"),
    "withdraw": ("service", "begins"),
}


def instant(text: str) -> datetime.datetime:
    """A point in time; without a zone it is UTC."""
    try:
        found = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        sys.exit(f"{text} is no time such as 2026-12-08T20:00:00Z")
    return found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)


def read(path: Path) -> list[dict]:
    """The entries of the calendar."""
    if not path.exists():
        sys.exit(f"{path} is not there")
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path: Path, entries: list[dict]) -> None:
    """The calendar anew, in one go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(entries)
    os.replace(draft, path)


def clashes(path: Path, service: str, begins: str, minutes: int) -> dict:
    """The entries that overlap with the window asked for."""
    start = instant(begins)
    end = start + datetime.timedelta(minutes=minutes)
    found = [
        each for each in read(path)
        if each["service"] in ("*", service) and instant(each["begins"]) < end and start < instant(each["ends"])
        if (each["kind"], each["service"], instant(each["begins"])) != ("window", service, start)
    ]  # fmt: skip
    return {
        "count": len(found),
        "frozen": any(each["kind"] == "freeze" for each in found),
        "titles": [each["title"] for each in found],
        "ends": end.isoformat(timespec="seconds"),
    }


def book(path: Path, service: str, begins: str, minutes: int, title: str) -> dict:
    """The window written down; the same window again changes nothing."""
    found = clashes(path, service, begins, minutes)
    new = {"kind": "window", "service": service, "begins": begins, "ends": found["ends"], "title": title}
    others = [
        each for each in read(path) if (each["kind"], each["service"], each["begins"]) != ("window", service, begins)
    ]
    write(path, [*others, new])
    return new


def withdraw(path: Path, service: str, begins: str) -> dict:
    """The window taken out again."""
    entries = read(path)
    left = [each for each in entries if (each["kind"], each["service"], each["begins"]) != ("window", service, begins)]
    write(path, left)
    return {"withdrawn": len(entries) - len(left)}


def sample(path: Path) -> dict:
    """A calendar with one freeze and one window, unless there is one already."""
    if not path.exists():
        write(path, [dict(zip(FIELDS, row)) for row in SAMPLE])
    return {"calendar": str(path), "entries": len(read(path))}


def main() -> None:
    """Print the answer of one command as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, arguments in COMMANDS.items():
        command = commands.add_parser(name)
        command.add_argument("path", type=Path)
        for argument in arguments:
            command.add_argument(argument, type=int if argument == "minutes" else str)
    given = vars(parser.parse_args())
    verbs = {"sample": sample, "clashes": clashes, "book": book, "withdraw": withdraw}
    print(json.dumps(verbs[given.pop("command")](**given)))


if __name__ == "__main__":
    main()
