"""What was found out about files, kept by their content so that unchanged ones need not be read again.

Rule 1: only the program that found it out takes it up again; whoever changes a rule wants it asked at once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import runbook
from runbook.engine.files import write_private
from runbook.errors import RunbookError

_JUDGES = (".", "expressions", "kinds", "reading", "reading/rules", "scripts")
_COUNTING = (".", "run", "journal")
SHOWING = (
    *_JUDGES,
    "views",
    "views/layered",
    "views/picture",
    "views/record",
    "views/site",
    "views/site/templates",
    "views/templates",
)
"""The folders of the program that have a say in what pages show."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept: the file it is in, and the folders of the program that have a say in it."""

    name: str
    folders: tuple[str, ...]

    def load(self, home: Path | None) -> dict[str, Any]:
        """What was found out; empty when there is nothing, when it can't be read, or another program found it out."""
        if home is None:
            return {}
        try:
            kept = json.loads((home / self.name).read_bytes())
        except (OSError, ValueError):
            return {}
        if not isinstance(kept, dict) or kept.pop("program", None) != program(self.folders):
            return {}
        return kept

    def save(self, home: Path | None, found: dict[str, Any], before: dict[str, Any]) -> None:
        """Keep it, if it changed and a folder for runs is there; without one nothing is left behind."""
        if home is None or found == before or not home.parent.is_dir():
            return
        try:
            told = json.dumps({"program": program(self.folders), **found}, separators=(",", ":"))
            write_private(home / self.name, told)
        except (OSError, RunbookError):
            return


def program(folders: Iterable[str] = _JUDGES) -> str:
    """Stands for the part of the program that judges files: the names, sizes and times of its own files."""
    found: list[str] = []
    for folder in folders:
        try:
            with os.scandir(Path(runbook.__file__).parent / folder) as entries:
                for entry in entries:
                    if entry.name.endswith((".py", ".html")):
                        stat = entry.stat()
                        found.append(f"{folder}/{entry.name} {stat.st_size} {stat.st_mtime_ns}")
        except OSError:  # it runs from an archive: its version, which the cache holds as well, has to do
            continue
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()


VERDICTS = Kept("cache.json", _JUDGES)
"""What was found out about the files of definitions."""
SHOWN = Kept("shown.json", SHOWING)
"""What lists show of each process."""
PAGES = Kept("pages.json", SHOWING)
"""What the search finds of each free page."""
USED = Kept("used.json", _COUNTING)
"""How processes were used."""
