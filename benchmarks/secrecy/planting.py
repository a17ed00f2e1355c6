"""Puts secrets where none may be, to see that the search finds them there."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.secrecy.seeking import Needles, sought

Plant = Callable[[Path, str], None]


def _in_a_journal(folder: Path, secret: str) -> None:
    with closing(sqlite3.connect(folder / "journal.db")) as database, database:
        database.execute("CREATE TABLE events (data TEXT)")
        database.execute("INSERT INTO events VALUES (?)", (json.dumps({"stdout": "x" * 4000 + secret}),))


def _in_an_archive(folder: Path, secret: str) -> None:
    with zipfile.ZipFile(folder / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("record.html", f"<p>{secret.encode().hex()}</p>")


PLANTS: Mapping[str, Plant] = {
    "plain, in a folder": lambda folder, secret: _text(folder / "a" / "b" / "log", f"x{secret}y"),
    "base64 in lines": lambda folder, secret: _text(folder / "x", base64.encodebytes(f"id:{secret}".encode()).decode()),
    "JSON in a journal": _in_a_journal,
    "hex in an archive": _in_an_archive,
    "the middle of it": lambda folder, secret: _text(folder / "part", secret[len(secret) // 4 : -len(secret) // 4]),
}


def _text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def overlooked(folder: Path, secrets: Sequence[str], needles: Needles) -> list[str]:
    """The plants that the search does not find, each in a folder of its own."""
    secret = max(secrets, key=len)
    missed = []
    for name, plant in PLANTS.items():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        plant(folder, secret)
        if not sought(folder, needles).places:
            missed.append(name)
    return missed


__all__ = ["PLANTS", "overlooked"]
