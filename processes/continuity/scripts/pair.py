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
       pair.py count FOLDER SITE TEXT (the rows with this text)
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


def freeze(folder: Path) -> dict:
    """Writing stopped."""
    (folder / "frozen").touch()
    return {"frozen": True, "at": round(time.time(), 3)}


def thaw(folder: Path) -> dict:
    """Writing allowed again."""
    (folder / "frozen").unlink(missing_ok=True)
    return {"frozen": False, "at": round(time.time(), 3)}


def write(folder: Path, text: str) -> dict:
    """One order, through the site in use."""
    if (folder / "frozen").exists():
        sys.exit("writing is stopped")
    with opened(folder, active(folder)) as database, database:
        key = database.execute("INSERT INTO orders (text) VALUES (?)", (text,)).lastrowid
    return {"site": active(folder), "id": key, "at": round(time.time(), 3)}


def check(folder: Path, site: str) -> dict:
    """Whether a site is in use, whole, and written to, and how many orders of the other one it does not have at all."""
    with opened(folder, site) as database:
        whole = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    state = {"active": active(folder), "whole": whole, "frozen": (folder / "frozen").exists()}
    well = state["active"] == site and whole and not state["frozen"]
    here, there = ({key for key, _ in rows(folder, each)} for each in (site, other(site)))
    return {**state, "well": well, "rows": len(here), "lacks": len(there - here)}


def count(folder: Path, site: str, text: str) -> dict:
    """How often an order is on a site."""
    return {"site": site, "times": sum(each == text for _, each in rows(folder, site))}


def main() -> None:
    """Print the answer as JSON."""
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    plain = {"sample": sample, "freeze": freeze, "thaw": thaw}
    sited = {"lag": lag, "follow": follow, "switch": switch, "check": check, "count": count}
    verbs = {**plain, **sited, "write": write}
    if verb not in verbs or len(given) != (1 if verb in plain else 3 if verb == "count" else 2):
        sys.exit(__doc__.split("\n\n")[-1].strip())
    if verb in sited and given[1] not in SITES:
        sys.exit(f"{given[1]} is none of {', '.join(SITES)}")
    try:
        answer = verbs[verb](Path(given[0]), *given[1:])
    except (OSError, sqlite3.Error) as error:
        sys.exit(f"{verb} failed: {error}")
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
