"""Make a sample folder with something to find in it: large, old and fast-growing files.

A folder that is there already and was not made by this program is left alone.

Usage: make_sample_folder.py FOLDER
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

MARK = ".made-as-a-sample"
DAY = 86_400
KIB = 1 << 10
FILES = (  # name, size in KiB, age in days
    ("export/customers-full.csv", 1800, 3),
    ("export/customers-delta.csv", 120, 1),
    ("logs/shop.log", 640, 0),
    ("logs/shop-week-1.log", 300, 90),
    ("logs/shop-week-2.log", 310, 83),
    ("logs/shop-week-3.log", 280, 76),
    ("logs/shop-week-9.log", 200, 12),
    ("tmp/upload-4711.part", 900, 45),
    ("tmp/session.lock", 1, 0),
    ("etc/shop.conf", 2, 400),
)


def main() -> None:
    """Write the files with their ages."""
    folder = Path(sys.argv[1])
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        sys.exit(f"{folder} is there already and is not a sample")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    now = time.time()
    for name, size, age in FILES:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((name.encode() + b"\n").ljust(KIB, b".") * size)
        os.utime(path, (now - age * DAY - 60, now - age * DAY - 60))
    print(f"{folder}: {len(FILES)} files")


if __name__ == "__main__":
    main()
