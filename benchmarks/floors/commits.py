"""Floor of durable steps: bare SQLite, one row a transition, synchronous FULL, so many transitions a commit.

Arguments: folder, journal mode, steps, transitions in one commit. Prints its CPU seconds without those of starting.
"""

from __future__ import annotations

import resource
import sqlite3
import sys
from pathlib import Path


def commit(path: Path, mode: str, steps: int, group: int) -> None:
    """Write the start and the outcome of each step."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(f"PRAGMA journal_mode={mode}")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE event (run TEXT, seq INTEGER, type TEXT, step TEXT, body TEXT, PRIMARY KEY (run, seq))")
    for first in range(0, 2 * steps, group):
        db.execute("BEGIN IMMEDIATE")
        for seq in range(first, min(first + group, 2 * steps)):
            type = "StepSucceeded" if seq % 2 else "StepStarted"
            db.execute("INSERT INTO event VALUES ('run', ?, ?, ?, '{}')", (seq, type, f"s{seq // 2}"))
        db.execute("COMMIT")
    db.close()


def main() -> None:
    """Write, and say what it cost."""
    folder, mode, steps, group = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    before = resource.getrusage(resource.RUSAGE_SELF)
    commit(folder / "floor.db", mode, steps, group)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


main()
