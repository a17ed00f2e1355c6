"""Measure the room left on the file system of a folder, whether the folder is there yet or not.

Usage: free_space.py FOLDER
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

MIB = 1 << 20


def main() -> None:
    """Print the space that an ordinary user still has, as JSON."""
    folder = Path(sys.argv[1]).absolute()
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    room = os.statvfs(there)
    usable = room.f_blocks - room.f_bfree + room.f_bavail
    print(
        json.dumps(
            {
                "measured_at": str(there),
                "free_mib": room.f_bavail * room.f_frsize // MIB,
                "total_mib": room.f_blocks * room.f_frsize // MIB,
                "free_percent": round(100 * room.f_bavail / usable, 1) if usable else 0.0,
            }
        )
    )


if __name__ == "__main__":
    main()
