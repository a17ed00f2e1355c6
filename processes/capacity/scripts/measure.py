"""Measure one resource of this machine, as it is now.

Usage: measure.py disk|inodes|memory|load PATH
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

GIB = 1 << 30


def disk(path: str) -> dict[str, object]:
    """Space of the file system, as an ordinary user sees it."""
    room = os.statvfs(path)
    usable = room.f_blocks - room.f_bfree + room.f_bavail
    return {
        "used_percent": percent(usable - room.f_bavail, usable),
        "free_gib": round(room.f_bavail * room.f_frsize / GIB, 1),
        "total_gib": round(room.f_blocks * room.f_frsize / GIB, 1),
    }


def inodes(path: str) -> dict[str, object]:
    """Inodes of the file system; some file systems have no fixed number, which counts as nothing used."""
    room = os.statvfs(path)
    return {"used_percent": percent(room.f_files - room.f_ffree, room.f_files), "free": room.f_ffree}


def memory(_: str) -> dict[str, object]:
    """Memory that new work could not have without swapping."""
    rows = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    total, free = (int(rows[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
    return {"used_percent": percent(total - free, total), "total_gib": round(total * 1024 / GIB, 1)}


def load(_: str) -> dict[str, object]:
    """Load of the last fifteen minutes for each processor; 1 means that all are busy."""
    cpus = os.cpu_count() or 1
    return {"per_cpu": round(os.getloadavg()[2] / cpus, 2), "cpus": cpus}


def percent(part: int, whole: int) -> float:
    """The share in percent, to one place."""
    return round(100 * part / whole, 1) if whole else 0.0


if __name__ == "__main__":
    measures = {"disk": disk, "inodes": inodes, "memory": memory, "load": load}
    print(json.dumps(measures[sys.argv[1]](sys.argv[2])))
