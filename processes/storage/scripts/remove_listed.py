"""Remove the files of a list, and only those: a file that changed since, or is another file now, is kept.

The SHA256 is that of the list which was approved. `check` removes nothing and counts the files that are still there as
they were listed.

Usage: remove_listed.py remove|check LIST SHA256
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from pathlib import Path


def unchanged(path: str, size: int, changed: int, folder: str) -> bool:
    """True when the path still is the very file of the list and lies inside the folder."""
    parent = os.path.dirname(path)
    if os.path.realpath(parent) != parent or os.path.commonpath([parent, folder]) != folder:
        return False
    status = os.lstat(path)
    return stat.S_ISREG(status.st_mode) and status.st_size == size and status.st_mtime_ns == changed


def main() -> None:
    """Remove, or only count, what is unchanged, and print the counts as JSON."""
    act, path, approved = sys.argv[1:]
    if act not in ("remove", "check"):
        sys.exit(f"`{act}` is neither remove nor check")
    text = Path(path).read_bytes()
    if hashlib.sha256(text).hexdigest() != approved:
        sys.exit(f"{path} was changed since it was approved: nothing is removed")
    plan = json.loads(text)
    listed, changed, gone, size = 0, [], 0, 0
    for each in plan["files"]:
        try:
            if not unchanged(each["path"], each["size"], each["changed"], plan["folder"]):
                changed.append(ascii(each["path"])[1:-1])
                continue
            if act == "remove":
                os.unlink(each["path"])
            listed, size = listed + 1, size + each["size"]
        except FileNotFoundError:
            gone += 1
    name = "removed" if act == "remove" else "left"
    print(json.dumps({name: listed, "kib": -(-size // 1024), "changed": changed, "gone": gone}))


if __name__ == "__main__":
    main()
