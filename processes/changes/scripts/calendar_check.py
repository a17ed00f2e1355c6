"""Look into the change calendar: freezes, and windows that are taken on the same service.

The calendar is a CSV file with the columns kind (`freeze` or `window`), service (`*` for all), begins, ends (ISO 8601),
title and run. A window belongs to the run that booked it, and nobody else replaces or withdraws it. In place of BEGINS,
`now` means the present.

Usage: calendar_check.py sample FILE
       calendar_check.py clashes FILE SERVICE BEGINS MINUTES RUN
       calendar_check.py book FILE SERVICE BEGINS MINUTES RUN TITLE KNOWN   (KNOWN: a JSON list of clashes agreed to)
       calendar_check.py withdraw FILE RUN
       calendar_check.py left BEGINS MINUTES      (minutes that are left of a window)
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime
import fcntl
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

FIELDS = ("kind", "service", "begins", "ends", "title", "run")
SAMPLE = (
    ("freeze", "*", "2036-12-18T00:00:00Z", "2037-01-04T06:00:00Z", "Freeze at the end of the year", ""),
    ("window", "shop", "2036-12-08T20:00:00Z", "2036-12-08T22:00:00Z", "Move of the shop database", ""),
)
COMMANDS = {
    "sample": ("path",),
    "clashes": ("path", "service", "begins", "minutes", "run"),
    "book": ("path", "service", "begins", "minutes", "run", "title", "known"),
    "withdraw": ("path", "run"),
    "left": ("begins", "minutes"),
}
TYPES = {"path": Path, "minutes": int, "known": json.loads}


def instant(text: str) -> datetime.datetime:
    """A point in time; without a zone it is UTC."""
    if text == "now":
        return datetime.datetime.now(datetime.timezone.utc)
    try:
        found = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        sys.exit(f"{text} is no time such as 2026-12-08T20:00:00Z")
    return found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)


def read(path: Path) -> list[dict]:
    """The entries of the calendar; one of a time before windows had a run belongs to none."""
    if not path.exists():
        sys.exit(f"{path} is not there")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, 2):
        if any(not row.get(name) for name in FIELDS[:4]):
            sys.exit(f"{path}, line {number}: {', '.join(FIELDS[:4])} are expected")
    return [{name: row.get(name) or "" for name in FIELDS} for row in rows]


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else changes the calendar meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(path: Path, entries: list[dict]) -> None:
    """The calendar anew, in one go."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with draft.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows(entries)
        if path.exists():
            shutil.copymode(path, draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def own(each: dict, run: str) -> bool:
    """Whether an entry is the window of a run."""
    return each["kind"] == "window" and each["run"] == run != ""


def clashes(path: Path, service: str, begins: str, minutes: int, run: str) -> dict:
    """The entries of others that overlap with the window asked for."""
    start = instant(begins)
    end = start + datetime.timedelta(minutes=minutes)
    found = [
        each for each in read(path)
        if each["service"] in ("*", service) and instant(each["begins"]) < end and start < instant(each["ends"])
        if not own(each, run)
    ]  # fmt: skip
    return {
        "count": len(found),
        "frozen": any(each["kind"] == "freeze" for each in found),
        "titles": [f"{each['title']} ({each['begins']} to {each['ends']})" for each in found],
        "ends": end.isoformat(timespec="seconds"),
    }


def book(path: Path, service: str, begins: str, minutes: int, run: str, title: str, known: list[str]) -> dict:
    """The window written down, unless something clashes that nobody agreed to; the same run again changes nothing."""
    with alone(path):
        found = clashes(path, service, begins, minutes, run)
        if new := [each for each in found["titles"] if each not in known]:
            sys.exit(f"the time was taken meanwhile: {', '.join(new)}")
        window = dict(zip(FIELDS, ("window", service, begins, found["ends"], title, run)))
        write(path, [*(each for each in read(path) if not own(each, run)), window])
    return window


def withdraw(path: Path, run: str) -> dict:
    """The window of a run taken out again."""
    with alone(path):
        entries = read(path)
        left_over = [each for each in entries if not own(each, run)]
        write(path, left_over)
    return {"withdrawn": len(entries) - len(left_over)}


def left(begins: str, minutes: int) -> dict:
    """The minutes that are left of a window: 0 when it is over, and all of them before it begins."""
    over = (instant("now") - instant(begins)).total_seconds() / 60
    return {"minutes_left": max(0, int(minutes - max(0.0, over)))}


def sample(path: Path) -> dict:
    """A calendar with one freeze and one window, unless there is one already."""
    with alone(path):
        if not path.exists():
            write(path, [dict(zip(FIELDS, row)) for row in SAMPLE])
    return {"calendar": str(path), "entries": len(read(path))}


def main() -> None:
    """Print the answer of one command as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, arguments in COMMANDS.items():
        command = commands.add_parser(name)
        for argument in arguments:
            command.add_argument(argument, type=TYPES.get(argument, str))
    given = vars(parser.parse_args())
    verbs = {"sample": sample, "clashes": clashes, "book": book, "withdraw": withdraw, "left": left}
    try:
        print(json.dumps(verbs[given.pop("command")](**given)))
    except (OSError, ValueError) as error:
        sys.exit(f"the calendar can't be used: {error}")


if __name__ == "__main__":
    main()
