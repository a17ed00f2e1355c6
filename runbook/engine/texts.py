"""The files of a project as texts, read again when they have changed; answers and tests beside processes as well."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runbook.engine.files import definition_files, read_file
from runbook.errors import MachineRefuses

_BESIDE = (".answers.yaml", ".test.yaml")

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Texts:
    """What the files of a project hold, by their paths; what can't be read, with the reason."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    """Size, time and number of each file, to tell whether it has changed."""


def read_texts(root: Path, before: Texts) -> Texts:
    """What the files hold now; those that have not changed since `before` are not read again."""
    files: dict[str, bytes] = {}
    unreadable: dict[str, str] = {}
    stamps: dict[str, Stamp] = {}
    for path in (*definition_files(root), *_beside(root)):
        stamp = _stamp(root / path)
        if stamp is not None:
            stamps[path] = stamp
        if stamp is not None and path in before.files and before.stamps.get(path) == stamp:
            files[path] = before.files[path]
            continue
        try:
            content = read_file(root, path)
        except MachineRefuses as error:
            unreadable[path] = str(error)
            continue
        if content is not None:
            files[path] = content
        elif os.path.islink(root / path):
            unreadable[path] = f"{path} can't be read: it is a link to a file that is not there"
    return Texts(files, unreadable, stamps)


def _stamp(path: Path) -> Stamp | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ino)


def _beside(root: Path) -> Iterator[str]:
    for path in sorted((root / "processes").glob("*/*.yaml")):
        if path.name.endswith(_BESIDE) and not path.name.startswith("."):
            yield path.relative_to(root).as_posix()
