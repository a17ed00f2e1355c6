"""The folders and files of runs: this user's alone, or a group's where the folder of runs is shared with one.

Rule 1: what is made in a shared folder is the group's as well, whatever the umask. Nothing is ever everybody's.
Rule 2: a folder becomes shared by `runbook share` alone; what is made inside of one follows the folder above it.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from pathlib import Path

SHARED = 0o2770
"""The mode of a shared folder: its group's as much as its owner's, which what is made in it takes over."""
READ, WRITE = 0o640, 0o660
"""The modes of files in a shared folder: those that the group reads, and those that it writes."""
_MOMENT = 0.25
"""Seconds within which somebody who has made a file has given it to the group."""


def is_shared(folder: Path) -> bool:
    """True for a folder that belongs to a group as much as to its owner, and to nobody else."""
    try:
        return stat.S_IMODE(os.stat(folder).st_mode) == SHARED
    except OSError:
        return False


def make_folder(folder: Path) -> None:
    """Make a folder inside of one of runs, if it is not there yet, for whom the folder above it is."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        return
    if is_shared(folder.parent):
        os.chmod(folder, SHARED)


def open_file(path: Path, flags: int, mode: int = WRITE) -> int:
    """Open a file in a folder of runs, made if `flags` say so; `mode` is what the group gets where it is shared."""
    until = time.monotonic() + _MOMENT
    while True:
        try:
            handle = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            break
        except PermissionError:  # somebody has made it, or its folder, this very moment, and gives it to the group next
            if time.monotonic() >= until or not (is_shared(path.parent) or is_shared(path.parent.parent)):
                raise
            time.sleep(0.01)
    if flags & os.O_CREAT and is_shared(path.parent):
        give(handle, mode)
    return handle


def give(handle: int, mode: int = WRITE) -> None:
    """Give a file that was made in a shared folder to the group; what somebody else made, they have given."""
    found = os.fstat(handle)
    if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != mode:
        with suppress(PermissionError):
            os.fchmod(handle, mode)
