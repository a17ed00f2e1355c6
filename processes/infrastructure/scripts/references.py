"""Find where a host is still named in a folder of configuration files.

Only whole names count: `web1` is found in `web1.example.org`, but not in `web10` or `web1-old`. Files and folders that
can't be read are left out, and named. Links are not followed.

Usage: references.py sample FOLDER
       references.py find FOLDER HOST
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

MARK = ".made-as-a-sample"
SAMPLE = {
    "monitoring/hosts.conf": "web1 http\nweb2 http\ndb1 database\n",
    "backup/plan.conf": "nightly db1 web1\n",
    "proxy/pool.conf": "server web1:8080;\nserver web2:8080;\n",
    "notes.txt": "old1-archive keeps what was on the old machine\n",
}


def sample(folder: Path) -> dict:
    """A folder in which `web1` is named three times, and `old1` nowhere."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        sys.exit(f"{folder} is there already and is not a sample")
    for name, text in SAMPLE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / MARK).touch()
    return {"folder": str(folder), "files": len(SAMPLE)}


def find(folder: Path, host: str) -> dict:
    """Every line that names the host."""
    if not folder.is_dir():
        sys.exit(f"{folder} is no folder")
    whole = re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", re.I)
    places: list[str] = []
    left_out: list[str] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: left_out.append(str(error.filename))):
        folders.sort()
        for path in sorted(Path(place, name) for name in names):
            if path.is_symlink() or not path.is_file():
                continue
            try:
                with path.open(encoding="utf-8", errors="replace") as lines:
                    found = [n for n, line in enumerate(lines, 1) if whole.search(line)]
            except OSError:
                left_out.append(str(path))
                continue
            places += [f"{path.relative_to(folder)}:{n}" for n in found]
    return {"count": len(places), "places": places[:100], "left_out": len(left_out), "unread": left_out[:100]}


def main() -> None:
    """Print the answer as JSON."""
    given = sys.argv[1:]
    if (given[:1], len(given)) not in ((["sample"], 2), (["find"], 3)):
        sys.exit("usage: references.py sample FOLDER | find FOLDER HOST")
    try:
        print(json.dumps(sample(Path(given[1])) if given[0] == "sample" else find(Path(given[1]), given[2])))
    except OSError as error:
        sys.exit(f"{given[1]} can't be used: {error}")


if __name__ == "__main__":
    main()
