"""What was found out about files, kept by their content so that unchanged ones need not be read again.

Rule 1: only the program that found it out takes it up again; whoever changes a rule wants it asked at once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
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


def load(home: Path | None) -> dict[str, Any]:
    """The cache of what was found out about files; empty when there is none or it can't be read."""
    return _load(home, "cache.json", program())


def save(home: Path | None, cache: dict[str, Any], before: dict[str, Any]) -> None:
    """Keep that cache, if it changed and a folder for runs is there; without one nothing is left behind."""
    _save(home, "cache.json", program(), cache, before)


def load_shown(home: Path | None) -> dict[str, Any]:
    """What lists were found to show of each process; empty when there is nothing, or another program found it out."""
    return _load(home, "shown.json", program(SHOWING))


def save_shown(home: Path | None, shown: dict[str, Any], before: dict[str, Any]) -> None:
    """Keep what lists show of each process, as `save` does."""
    _save(home, "shown.json", program(SHOWING), shown, before)


def load_pages(home: Path | None) -> dict[str, Any]:
    """What the search finds of each free page; empty when there is nothing, or another program found it out."""
    return _load(home, "pages.json", program(SHOWING))


def save_pages(home: Path | None, pages: dict[str, Any], before: dict[str, Any]) -> None:
    """Keep what the search finds of each free page, as `save` does."""
    _save(home, "pages.json", program(SHOWING), pages, before)


def load_used(home: Path | None) -> dict[str, Any]:
    """How processes were found to be used, as `load_shown` does."""
    return _load(home, "used.json", program(_COUNTING))


def save_used(home: Path | None, used: dict[str, Any], before: dict[str, Any]) -> None:
    """Keep how processes were used, as `save` does."""
    _save(home, "used.json", program(_COUNTING), used, before)


def _load(home: Path | None, name: str, maker: str) -> dict[str, Any]:
    if home is None:
        return {}
    try:
        kept = json.loads((home / name).read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(kept, dict) or kept.pop("program", None) != maker:
        return {}
    return kept


def _save(home: Path | None, name: str, maker: str, cache: dict[str, Any], before: dict[str, Any]) -> None:
    if home is None or cache == before or not home.parent.is_dir():
        return
    try:
        write_private(home / name, json.dumps({"program": maker, **cache}, separators=(",", ":")))
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
