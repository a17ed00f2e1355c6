"""Find where a host is still named in a folder of configuration files.

Only whole names count: `web1` is not found in `web10` or `web1-old`. Files that are not text, and those over 1 MiB,
are left out and counted.

Usage: references.py sample FOLDER
       references.py find FOLDER HOST
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

MARK = ".made-as-a-sample"
LONGEST = 1 << 20
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
    whole = re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w-]|\.\w)", re.I)
    places, left_out = [], 0
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink()):
        try:
            if path.stat().st_size > LONGEST:
                raise ValueError
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            left_out += 1
            continue
        places += [
            f"{path.relative_to(folder)}:{n}" for n, line in enumerate(text.splitlines(), 1) if whole.search(line)
        ]
    return {"count": len(places), "places": places[:100], "left_out": left_out}


def main() -> None:
    """Print the answer as JSON."""
    given = sys.argv[1:]
    if (given[:1], len(given)) not in ((["sample"], 2), (["find"], 3)):
        sys.exit("usage: references.py sample FOLDER | find FOLDER HOST")
    print(json.dumps(sample(Path(given[1])) if given[0] == "sample" else find(Path(given[1]), given[2])))


if __name__ == "__main__":
    main()
