"""Make a sample configuration folder, or change it behind everybody's back.

A folder that is there already and was not made by this program is left alone.

Usage: make_sample.py clean|drift FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

MARK = ".made-as-a-sample"
FILES = {
    "shop.conf": "listen = 8443\nworkers = 8\nlog_level = info\n",
    "limits.conf": "max_connections = 400\n",
    "sites/main.conf": "name = shop.example.org\ntls = strict\n",
    "sites/admin.conf": "name = admin.example.org\nallow = 10.0.0.0/8\n",
}


def main() -> None:
    """Write the files, or change one, remove one and add one."""
    state, folder = sys.argv[1], Path(sys.argv[2])
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        sys.exit(f"{folder} is there already and is not a sample")
    if state == "clean":
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in FILES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        (folder / MARK).touch()
    else:
        (folder / "sites/admin.conf").write_text("name = admin.example.org\nallow = 0.0.0.0/0\n")
        (folder / "limits.conf").unlink(missing_ok=True)
        (folder / "debug.conf").write_text("log_level = trace\n")
    print(f"{folder}: {state}")


if __name__ == "__main__":
    main()
