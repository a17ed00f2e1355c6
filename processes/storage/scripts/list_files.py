"""List the files of a folder that matter when space is short: the largest, the oldest, or those that still grow.

Symbolic links and other file systems are not followed. Folders that can't be read are named at the end.

Usage: list_files.py largest|oldest|growing FOLDER COUNT
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

DAY = 86_400


def files(folder: Path, unread: set[str]) -> Iterator[tuple[str, os.stat_result]]:
    """Every regular file below the folder, on the same file system; folders that can't be read are added to a set."""
    device = folder.stat().st_dev

    def status(place: str, name: str) -> os.stat_result | None:
        try:
            return os.lstat(os.path.join(place, name))
        except FileNotFoundError:
            return None
        except OSError:
            unread.add(place)
            return None

    for place, folders, names in os.walk(folder, onerror=lambda error: unread.add(str(error.filename))):
        folders[:] = [each for each in folders if (there := status(place, each)) and there.st_dev == device]
        for name in names:
            there = status(place, name)
            if there and stat.S_ISREG(there.st_mode):
                yield os.path.join(place, name), there


def shown(path: str, folder: Path) -> str:
    """A path inside the folder, in characters that every terminal shows."""
    return ascii(os.path.relpath(path, folder))[1:-1]


def main() -> None:
    """Print one line a file: size in KiB, age in days, path."""
    order, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    now = time.time()
    unread: set[str] = set()
    found = list(files(folder, unread))
    if order == "growing":
        found = [each for each in found if now - each[1].st_mtime < DAY]
    found.sort(key=lambda each: each[1].st_mtime if order == "oldest" else -each[1].st_size)
    for path, status in found[:count]:
        age = max(0, int((now - status.st_mtime) // DAY))
        print(f"{-(-status.st_size // 1024)} KiB, {age} days, {ascii(path)[1:-1]}")
    for each in sorted(unread)[:count]:
        print(f"can't be read: {shown(each, folder)[:200]}")


if __name__ == "__main__":
    main()
