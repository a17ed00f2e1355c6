"""The list of processes as it was last worked out, good for as long as no file of the project has changed.

A file counts as unchanged while its size, its time and its number are the same. A file written at most two seconds
before the list was kept might change again without showing, so such a list is not kept.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from runbook import __version__
from runbook.engine.files import SIGNERS, definition_files, write_private
from runbook.errors import RunbookError

_SETTLED = 2_000_000_000
"""Nanoseconds after which a file's time tells of every change."""


def stamp(root: Path) -> dict[str, list[int]]:
    """Size, time and number of each definition file by its path, and of the one that says whose key is whose."""
    stamps = {}
    for path in (*definition_files(root), SIGNERS):
        try:
            found = os.stat(root / path)
        except OSError:
            continue
        stamps[path] = [found.st_size, found.st_mtime_ns, found.st_ino]
    return stamps


Entries = list[dict[str, Any]]
"""The processes as `list` shows them."""


def load(home: Path | None, root: Path) -> tuple[Entries | None, str]:
    """The entries kept for just these files, None when there are none; and the program that found no problem in them.

    The program is named by `cache.program`; it is empty when there were problems.
    """
    if home is None:
        return None, ""
    try:
        kept = json.loads((home / "index.json").read_bytes())
        if kept["version"] == __version__ and kept["root"] == str(root) and kept["files"] == stamp(root):
            return kept["entries"], kept["faultless"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None, ""


def save(home: Path | None, root: Path, entries: Entries, stamps: dict[str, list[int]], faultless: str) -> None:
    """Keep the entries for files with these stamps, taken before the files were read."""
    newest = max((times[1] for times in stamps.values()), default=0)
    if home is None or time.time_ns() - newest < _SETTLED or not home.parent.is_dir():
        return
    kept = {"version": __version__, "root": str(root), "files": stamps, "entries": entries, "faultless": faultless}
    try:
        write_private(home / "index.json", json.dumps(kept, separators=(",", ":")))
    except (OSError, RunbookError):
        return
