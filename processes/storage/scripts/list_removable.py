"""List the files below a folder that match a pattern and are older than some days: what a clean-up would remove.

The list says size and time of each file, so that a file which changes afterwards is not removed. Its SHA-256 is
printed, so that nobody can add to it afterwards.

Usage: list_removable.py FOLDER PATTERN DAYS LIST
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import sys
import time
from pathlib import Path

from list_files import DAY, files, shown

NEVER = {"/", "/home", "/opt", "/srv", "/tmp", "/var", "/var/log"}
NOR_BELOW = ("bin", "boot", "dev", "etc", "lib", "lib64", "proc", "root", "run", "sbin", "sys", "usr", "var/lib")


def main() -> None:
    """Write the list as JSON and print what is on it."""
    folder, pattern, days, target = Path(sys.argv[1]).resolve(), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    if str(folder) in NEVER or f"{folder}/".startswith(tuple(f"/{each}/" for each in NOR_BELOW)):
        sys.exit(f"{folder} belongs to the system: name a folder further down")
    limit = time.time() - days * DAY
    unread: set[str] = set()
    listed: list[dict[str, str | int]] = [
        {"path": path, "size": status.st_size, "changed": status.st_mtime_ns}
        for path, status in sorted(files(folder, unread))
        if fnmatch.fnmatchcase(os.path.basename(path), pattern) and status.st_mtime < limit
    ]
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"folder": str(folder), "files": listed}, indent=1)
    target.write_text(text)
    size = sum(int(each["size"]) for each in listed)
    answer = {
        "count": len(listed),
        "kib": -(-size // 1024),
        "names": [shown(str(each["path"]), folder) for each in listed[:200]],
        "list": str(target),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "unread": [shown(each, folder)[:200] for each in sorted(unread)[:200]],
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
