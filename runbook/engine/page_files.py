"""The free pages of a project as they stand in its files, and the pictures beside them: read with care.

Rule 1: nothing outside of the folder is read, whatever a link says; what is left out is told, with why.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runbook.engine.files import LONGEST_FILE, read_file
from runbook.errors import MachineRefuses

MOST = 5_000
"""Files that are looked at."""
DEEPEST = 12
"""Folders inside of each other that are looked into."""
TOGETHER = 256 * 1024 * 1024
"""Bytes that all pictures may have together."""


@dataclass(frozen=True, slots=True)
class PageFiles:
    """Texts of pages by path from the project, pictures with the hash of their content, and what was left out, why."""

    texts: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def page_files(
    root: Path, folder: str, endings: tuple[str, ...], largest: int, harm: Callable[[str, bytes], str]
) -> PageFiles:
    """What is below `folder` of a project; a picture has one of the `endings`, and no `harm` in it."""
    found, together = PageFiles(), 0
    base = "/".join(part for part in folder.split("/") if part not in ("", "."))
    if not os.path.isdir(root / base):
        found.left_out[base] = f"{base} can't be read: there is no such folder"
        return found
    wanted = (".md", *endings)
    for count, path in enumerate(_below(root, base, wanted, 0)):
        if count >= MOST:
            found.left_out[base] = f"{base} holds more than {MOST} files, and {path} and those after it are left out"
            break
        lower = path.lower()
        try:
            if lower.endswith(".md"):
                content = read_file(root, path)
                if content is not None and len(content) >= LONGEST_FILE:
                    raise MachineRefuses(f"{path} is larger than 1 MB", "split it")
                found.texts[path] = (content or b"").decode("utf-8-sig", "replace")
            elif lower.endswith(endings):
                content = read_file(root, path, largest + 1) or b""
                together += len(content)
                if together > TOGETHER:
                    raise MachineRefuses(
                        f"{path} is left out: the pictures are too large together", "make them smaller"
                    )
                if why := harm(path, content):
                    raise MachineRefuses(f"{path} {why}", "draw it anew")
                found.pictures[path] = hashlib.sha256(content).hexdigest()
        except MachineRefuses as error:
            found.left_out[path] = str(error)
    return found


def _below(root: Path, folder: str, wanted: tuple[str, ...], depth: int) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or not _can_be_written(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST:
                yield from _below(root, f"{folder}/{entry.name}", wanted, depth + 1)
        elif entry.name.lower().endswith(wanted):
            yield f"{folder}/{entry.name}"


def _can_be_written(name: str) -> bool:
    """True for a name that is text: no odd bytes, no sign that ends a line."""
    return name.isprintable()
