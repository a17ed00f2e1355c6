"""The YAML files that a formatter may touch: found below what was named, and replaced in one go."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from runbook.engine.files import LONGEST_FILE, definition_files
from runbook.errors import MachineRefuses

_SUFFIXES = (".yaml", ".yml")
_OWN_FOLDERS = frozenset(("data", "scripts"))


def files_of_project(root: Path) -> Iterator[Path]:
    """Every definition of a project, and the answers and tests beside the processes."""
    for path in definition_files(root):
        if (root / path).is_file():
            yield root / path
    yield from (each for each in files_below(root / "processes") if each.name.endswith((".answers.yaml", ".test.yaml")))


def files_below(folder: Path) -> Iterator[Path]:
    """The YAML files in a folder and the folders in it, without what is hidden, linked, or a group's own data."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _OWN_FOLDERS)
        for name in sorted(names):
            path = Path(place, name)
            if name.endswith(_SUFFIXES) and not name.startswith(".") and not path.is_symlink():
                yield path


def read_bounded(path: Path) -> bytes:
    """What is in a file, but no more than a definition may have; `MachineRefuses` for what is no file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe nobody writes to must not hold us
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise MachineRefuses(f"{path} can't be read: it is not a file", "name a file")
            return stream.read(LONGEST_FILE)
    except OSError as error:
        raise MachineRefuses(f"{path} can't be read: {error.strerror}", "check its permissions") from None


def replace_text(path: Path, before: bytes, text: str) -> None:
    """Put another text into a file that has not changed since it was read; its mode stays, and no half is ever seen."""
    target = Path(os.path.realpath(path))
    if read_bounded(target) != before:
        raise MachineRefuses(f"{path} was changed meanwhile", "run it again")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    mode = stat.S_IMODE(target.stat().st_mode)
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            os.fchmod(handle, mode)
            stream.write(text)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise MachineRefuses(f"{path} can't be written: {error.strerror}", "check its permissions") from None
