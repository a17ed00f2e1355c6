"""List the files of a folder that matter when space is short: the largest, the oldest, or those that still grow.

Symbolic links and other file systems are not followed.

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


def files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Every regular file below the folder, on the same file system."""
    device = folder.stat().st_dev
    for place, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if os.lstat(os.path.join(place, each)).st_dev == device]
        for name in names:
            path = os.path.join(place, name)
            try:
                status = os.lstat(path)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(status.st_mode):
                yield path, status


def main() -> None:
    """Print one line a file: size in KiB, age in days, path."""
    order, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    now = time.time()
    found = list(files(folder))
    if order == "growing":
        found = [each for each in found if now - each[1].st_mtime < DAY]
    found.sort(key=lambda each: each[1].st_mtime if order == "oldest" else -each[1].st_size)
    for path, status in found[:count]:
        age = max(0, int((now - status.st_mtime) // DAY))
        print(f"{-(-status.st_size // 1024)} KiB, {age} days, {ascii(path)[1:-1]}")


if __name__ == "__main__":
    main()
