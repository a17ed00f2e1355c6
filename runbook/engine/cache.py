"""What was found out about files, kept by their content so that unchanged ones need not be read again.

Rule 1: only the program that found it out takes it up again; whoever changes a rule wants it asked at once.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import runbook
from runbook.engine.files import write_private
from runbook.errors import RunbookError

_JUDGES = (".", "expressions", "kinds", "reading", "reading/rules", "scripts")


def load(home: Path | None) -> dict[str, Any]:
    """The cache as it was saved; empty when there is none or it can't be read."""
    if home is None:
        return {}
    try:
        kept = json.loads((home / "cache.json").read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(kept, dict) or kept.pop("program", None) != program():
        return {}
    return kept


def save(home: Path | None, cache: dict[str, Any], before: dict[str, Any]) -> None:
    """Keep the cache, if it changed and a folder for runs is there; without one nothing is left behind."""
    if home is None or cache == before or not home.parent.is_dir():
        return
    try:
        write_private(home / "cache.json", json.dumps({"program": program(), **cache}, separators=(",", ":")))
    except (OSError, RunbookError):
        return


def program() -> str:
    """Stands for the part of the program that judges files: the names, sizes and times of its own files."""
    found: list[str] = []
    for folder in _JUDGES:
        try:
            with os.scandir(Path(runbook.__file__).parent / folder) as entries:
                for entry in entries:
                    if entry.name.endswith(".py"):
                        stat = entry.stat()
                        found.append(f"{folder}/{entry.name} {stat.st_size} {stat.st_mtime_ns}")
        except OSError:  # it runs from an archive: its version, which the cache holds as well, has to do
            continue
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
