"""Floor of reports and lists: bare SQLite, every event read and its body parsed as JSON.

Arguments: the journal, `open` for the events of open items alone or `all`. Prints its CPU seconds without those of
starting.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import sys

_OPEN = "SELECT e.at, e.type, e.body FROM stream_event e JOIN stream s USING (stream) WHERE s.open = 1"
_ALL = ("SELECT at, type, body FROM stream_event", "SELECT at, type, body FROM event")


def read(path: str, what: str) -> int:
    """Read the events; how many there are."""
    db, found = sqlite3.connect(path), 0
    for sql in (_OPEN,) if what == "open" else _ALL:
        for _, _, body in db.execute(sql):
            json.loads(body)
            found += 1
    db.close()
    return found


def main() -> None:
    """Read, and say what it cost."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    read(sys.argv[1], sys.argv[2])
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    main()
