"""Tables in CSV files that several people change: one change at a time, and each of them in one go."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

Row = dict[str, str]


@contextlib.contextmanager
def locked(folder: Path, make: bool = False) -> Iterator[None]:
    """Nobody else changes a table in this folder meanwhile; whoever comes second waits, and reads what is new."""
    try:
        if make:
            folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        sys.exit(f"{folder} can't be used: {error.strerror}")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read(path: Path, fields: Sequence[str]) -> list[Row]:
    """The rows of a table; a file that is no table with these columns ends the program."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            rows, found = list(reader), reader.fieldnames or ()
    except FileNotFoundError:
        sys.exit(f"{path} is not there")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        sys.exit(f"{path} can't be read: {error}")
    if sorted(found) != sorted(fields):
        sys.exit(f"{path}: the columns {', '.join(fields)} are expected")
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            sys.exit(f"{path}, line {number}: {len(fields)} values are expected")
    return rows


def write(path: Path, fields: Sequence[str], rows: Sequence[Row]) -> None:
    """The table anew, in one go, so that nobody ever reads half of it; it keeps its rights and its owner."""
    path = path.resolve()
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        was = path.stat() if path.exists() else None
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if was else 0o666)
        with open(handle, "w", newline="", encoding="utf-8") as file:
            if was and os.geteuid() == 0:
                os.fchown(handle, was.st_uid, was.st_gid)
            if was:
                os.fchmod(handle, stat.S_IMODE(was.st_mode))
            writer = csv.DictWriter(file, fields)
            writer.writeheader()
            writer.writerows(rows)
            file.flush()
            os.fsync(handle)
        os.replace(draft, path)
    except OSError as error:
        sys.exit(f"{path} can't be written: {error.strerror}")
    finally:
        draft.unlink(missing_ok=True)
