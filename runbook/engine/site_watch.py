"""What the pages of a site are made from, watched: which files have changed since the last look.

A look asks the disk for the size, the time and the number of each file, and reads nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from runbook.engine.files import SIGNERS, definition_files

Look = dict[str, tuple[int, int, int]]
"""Size, time and number of each file, by its path from the project."""

_MOST = 20_000
"""Files of one folder that are watched; who has more of them reads the pages anew by starting again."""
_SETTLED = 0.04
"""Seconds between two looks that have to be the same before a change is taken for over."""
_PATIENCE = 1.0
"""Seconds after which it is taken up although it still goes on."""


def look(root: Path, folders: Sequence[str]) -> Look:
    """The definitions of a project, and everything in these folders of it, as it stands now."""
    found: Look = {}
    for path in (*definition_files(root), SIGNERS):
        _note(f"{root}/{path}", path, found)
    for folder in folders:
        for count, path in enumerate(_below(str(root), folder)):
            if count == _MOST:
                break
            _note(f"{root}/{path}", path, found)
    return found


def settled(seen: Callable[[], Look], pause: Callable[[float], object] = time.sleep) -> Look:
    """What stands there once nobody writes any more: an editor may take several steps to save a file."""
    before, until = seen(), time.monotonic() + _PATIENCE
    while True:
        pause(_SETTLED)
        now = seen()
        if now == before or time.monotonic() > until:
            return now
        before = now


def changes(before: Look, after: Look) -> list[str]:
    """The paths of the files that changed, came or went, in order."""
    return sorted(path for path in {*before, *after} if before.get(path) != after.get(path))


def _note(full: str, path: str, found: Look) -> None:
    try:
        stat = os.stat(full)
    except OSError:
        return
    found[path] = (stat.st_size, stat.st_mtime_ns, stat.st_ino)


def _below(root: str, folder: str) -> Iterator[str]:
    """The files in a folder and those in it, in no order, without what is hidden; links to folders are not followed."""
    try:
        entries = list(os.scandir(f"{root}/{folder}"))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = f"{folder}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _below(root, path)
        else:
            yield path
