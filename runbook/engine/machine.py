"""Whether the machine lets a run go on: room for what programs write, and a file system whose locks hold."""

from __future__ import annotations

import os
from pathlib import Path

from runbook.errors import MachineRefuses

ROOM = 32 * 1024 * 1024
"""Bytes that must be free where runs are kept before a program is started."""

_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb", "smb3", "smbfs", "9p", "fuse.sshfs"})


def has_room(home: Path) -> bool:
    """True when what a program's start and end need fits where runs are kept."""
    return _free(home) >= ROOM


def no_room(home: Path, run: str) -> MachineRefuses:
    """Why no program of the run is started at the moment."""
    free, wanted = (size // 2**20 for size in (_free(home), ROOM))
    return MachineRefuses(
        f"run {run} is paused: {free} MiB are free in {home}, and a program is started with {wanted} MiB or more",
        f"free some space, then go on with: runbook resume {run}",
    )


def _free(home: Path) -> int:
    found = os.statvfs(home)
    return found.f_bavail * found.f_frsize


def network_file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of network file system the folder lies on; empty for one of this machine, or when that can't be told."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    place, found = folder.resolve(), (-1, "")
    for line in lines:
        words = line.split(" ")
        point = Path(words[1].replace("\\040", " ")) if len(words) > 2 else None
        if point and place.is_relative_to(point) and len(point.parts) >= found[0]:
            found = (len(point.parts), words[2])
    return found[1] if found[1] in _NETWORK else ""
