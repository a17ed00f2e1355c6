"""The real program at another time: `python -m tests.then INSTANT WORDS...` is `runbook WORDS...` at that instant.

Only the clock is another one: what asks the machine for the time, and what SQLite tells the journal.
"""

from __future__ import annotations

import datetime
import sqlite3
import sys
import time
from pathlib import Path

from runbook.journal import database


def set_clock(instant: str) -> None:
    """Let it be that instant, in this process and for good."""
    fixed = datetime.datetime.fromisoformat(instant).astimezone(datetime.UTC)

    class Then(datetime.datetime):
        """A day and time whose `now` is always the same."""

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return fixed.astimezone(tz) if tz else fixed.astimezone().replace(tzinfo=None)

    connect = database.connect

    def connected(path: Path, writable: bool) -> sqlite3.Connection:
        db = connect(path, writable)
        database.tell_time(db, lambda: fixed.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        return db

    datetime.datetime = Then  # type: ignore[misc]
    time.time = fixed.timestamp
    database.connect = connected


if __name__ == "__main__":
    set_clock(sys.argv.pop(1))
    from runbook.__main__ import main

    main()
