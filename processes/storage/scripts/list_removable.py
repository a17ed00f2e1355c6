"""List the files below a folder that match a pattern and are older than some days: what a clean-up would remove.

The list says size and time of each file, so that a file which changes afterwards is not removed.

Usage: list_removable.py FOLDER PATTERN DAYS LIST
"""

from __future__ import annotations

import fnmatch
import json
import os
import sys
import time
from pathlib import Path

from list_files import DAY, files

NEVER = {"/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/opt", "/proc", "/root", "/run", "/sbin", "/srv"}
NEVER |= {"/sys", "/tmp", "/usr", "/var", "/var/lib", "/var/log"}


def main() -> None:
    """Write the list as JSON and print what is on it."""
    folder, pattern, days, target = Path(sys.argv[1]).resolve(), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    if str(folder) in NEVER or str(folder).startswith(("/proc/", "/sys/", "/dev/", "/usr/")):
        sys.exit(f"{folder} belongs to the system: name a folder further down")
    limit = time.time() - days * DAY
    listed: list[dict[str, str | int]] = [
        {"path": path, "size": status.st_size, "changed": status.st_mtime_ns}
        for path, status in sorted(files(folder))
        if fnmatch.fnmatchcase(os.path.basename(path), pattern) and status.st_mtime < limit
    ]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"folder": str(folder), "files": listed}, indent=1))
    size = sum(int(each["size"]) for each in listed)
    names = [ascii(os.path.relpath(str(each["path"]), folder))[1:-1] for each in listed]
    print(json.dumps({"count": len(listed), "kib": -(-size // 1024), "names": names[:200], "list": str(target)}))


if __name__ == "__main__":
    main()
