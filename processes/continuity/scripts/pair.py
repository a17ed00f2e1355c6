"""A service on two sites: `main` in use, `standby` following it, and a move from one to the other without a lost row.

The pair is a folder with `main.db` and `standby.db` (SQLite) and the link `active`. While the file `frozen` is there,
nothing is written through this program. Rows are compared by their content, not only by their number.

Usage: pair.py sample FOLDER
       pair.py lag FOLDER SITE        (rows that SITE lacks, compared with the other one)
       pair.py follow FOLDER SITE     (bring SITE up to date from the other one)
       pair.py freeze FOLDER | thaw FOLDER
       pair.py switch FOLDER SITE
       pair.py write FOLDER TEXT      (one row, through the site in use)
       pair.py check FOLDER SITE
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import sys
import time
from pathlib import Path

MARK = ".made-as-a-sample"
SITES = ("main", "standby")
ROWS = 500
BEHIND = 3


def other(site: str) -> str:
    """The other site."""
    return SITES[1 - SITES.index(site)]


def opened(folder: Path, site: str) -> contextlib.closing:
    """The database of a site."""
    path = folder / f"{site}.db"
    if not path.is_file():
        sys.exit(f"{path} is not there")
    return contextlib.closing(sqlite3.connect(path, timeout=10))


def rows(folder: Path, site: str) -> set[tuple]:
    """Every order of a site."""
    with opened(folder, site) as database:
        return set(database.execute("SELECT id, text FROM orders"))


def active(folder: Path) -> str:
    """The site in use."""
    return Path(os.readlink(folder / "active")).stem


def sample(folder: Path) -> dict:
    """A pair whose standby is three orders behind."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        sys.exit(f"{folder} is there already and is not a sample")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    (folder / "frozen").unlink(missing_ok=True)
    for site in SITES:
        (folder / f"{site}.db").unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(folder / f"{site}.db")) as database, database:
            database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
            count = ROWS if site == "main" else ROWS - BEHIND
            database.executemany("INSERT INTO orders (text) VALUES (?)", [(f"order {n}",) for n in range(count)])
    return switch(folder, "main")


def lag(folder: Path, site: str) -> dict:
    """The orders that a site lacks, and those that only it has."""
    here, there = rows(folder, site), rows(folder, other(site))
    return {"site": site, "missing": len(there - here), "only_here": len(here - there), "rows": len(here)}


def follow(folder: Path, site: str) -> dict:
    """A site brought up to date; one that has orders of its own is left alone."""
    if site == active(folder):
        sys.exit(f"{site} is in use and follows nobody")
    if own := lag(folder, site)["only_here"]:
        sys.exit(f"{site} has {own} orders that the other site lacks; they would be lost")
    with opened(folder, other(site)) as source, opened(folder, site) as target:
        source.backup(target)
    return lag(folder, site)


def switch(folder: Path, site: str) -> dict:
    """The link `active` on a site, in one move."""
    before = active(folder) if (folder / "active").is_symlink() else ""
    draft = folder / ".active.new"
    draft.unlink(missing_ok=True)
    draft.symlink_to(f"{site}.db")
    os.replace(draft, folder / "active")
    return {"active": site, "before": before, "at": round(time.time(), 3)}


def freeze(folder: Path, frozen: bool) -> dict:
    """Writing stopped, or allowed again."""
    if frozen:
        (folder / "frozen").touch()
    else:
        (folder / "frozen").unlink(missing_ok=True)
    return {"frozen": frozen, "at": round(time.time(), 3)}


def write(folder: Path, text: str) -> dict:
    """One order, through the site in use."""
    if (folder / "frozen").exists():
        sys.exit("writing is stopped")
    with opened(folder, active(folder)) as database, database:
        key = database.execute("INSERT INTO orders (text) VALUES (?)", (text,)).lastrowid
    return {"site": active(folder), "id": key, "at": round(time.time(), 3)}


def check(folder: Path, site: str) -> dict:
    """Whether a site is in use, whole, and written to."""
    with opened(folder, site) as database:
        whole = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    state = {"active": active(folder), "whole": whole, "frozen": (folder / "frozen").exists()}
    return {**state, "well": state["active"] == site and whole and not state["frozen"], "rows": len(rows(folder, site))}


def main() -> None:
    """Print the answer as JSON."""
    needed = {"sample": 1, "lag": 2, "follow": 2, "freeze": 1, "thaw": 1, "switch": 2, "write": 2, "check": 2}
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if needed.get(verb) != len(given):
        sys.exit("usage: pair.py sample|freeze|thaw FOLDER | lag|follow|switch|check FOLDER SITE | write FOLDER TEXT")
    folder = Path(given[0])
    if verb in ("lag", "follow", "switch", "check") and given[1] not in SITES:
        sys.exit(f"{given[1]} is none of {', '.join(SITES)}")
    verbs = {"sample": sample, "lag": lag, "follow": follow, "switch": switch, "write": write, "check": check}
    answer = freeze(folder, verb == "freeze") if verb in ("freeze", "thaw") else verbs[verb](folder, *given[1:])
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
