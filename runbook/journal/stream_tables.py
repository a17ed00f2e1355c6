"""The streams in the SQLite file of a journal; `streams.Streams` says what each method does.

Rule 1: reading one stream checks every event against its hash; reading many does not, `verify` does.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from runbook.errors import Conflict, JournalDamaged
from runbook.journal import database
from runbook.journal.codec import canonical, chained, restored
from runbook.journal.laws import Chain, Finding
from runbook.journal.stream_laws import fits, followed, genesis, policies_of
from runbook.journal.streams import DEPARTMENT, StreamRow
from runbook.journal.transaction import NOW, RESTORE
from runbook.run.events import Event, Recorded

_ROW = "stream, kind, head_seq, open, opened_at, last_at, wake"
_EVENT = "seq, at, type, NULL, NULL, actor, place, body, 0, prev, hash"
_MANY = (
    "SELECT e.stream, e.seq, e.at, e.actor, e.type, e.place, e.body"
    " FROM stream s CROSS JOIN stream_event e USING (stream)"
    f" WHERE s.stream <> '{DEPARTMENT}' AND "
)


class Streams:
    """The streams beside the runs of one journal."""

    def __init__(
        self,
        db: sqlite3.Connection,
        path: Path,
        writing: Callable[[], AbstractContextManager[None]],
        clock: Callable[[], str] | None = None,
    ) -> None:
        self._db = db
        self._path = path
        self._writing = writing
        self._clock = clock or (lambda: str(db.execute(NOW).fetchone()[0]))

    @contextmanager
    def write(self) -> Iterator[Writing]:
        with self._writing():
            yield Writing(self._db, self._clock())

    def row(self, stream: str) -> StreamRow | None:
        with database.explained(self._path):
            row = self._db.execute(f"SELECT {_ROW} FROM stream WHERE stream = ?", (stream,)).fetchone()
        return _row(row) if row else None

    def rows(self, since: str = "") -> list[StreamRow]:
        sql = f"SELECT {_ROW} FROM stream WHERE last_at >= ? AND stream <> ? ORDER BY opened_at, stream"
        with database.explained(self._path):
            return [_row(row) for row in self._db.execute(sql, (since, DEPARTMENT))]

    def events(self, stream: str, after: int = 0) -> list[Recorded]:
        with database.explained(self._path):
            return _events(self._db, stream, after)

    def kept(self, stream: str) -> list[tuple[Any, ...]]:
        with database.explained(self._path):
            return rows(self._db, stream)

    def open_count(self) -> int:
        with database.explained(self._path):
            sql = "SELECT count(*) FROM stream WHERE open = 1 AND stream <> ?"
            return int(self._db.execute(sql, (DEPARTMENT,)).fetchone()[0])

    def open(self, kind: str = "") -> Iterator[tuple[str, list[Recorded]]]:
        with database.explained(self._path):
            yield from _open(self._db, kind)

    def all(self, since: str = "", kind: str = "") -> Iterator[tuple[str, list[Recorded]]]:
        wanted, values = ("AND s.kind = ? ", (since, kind)) if kind else ("", (since,))
        sql = f"{_MANY} s.last_at >= ? {wanted}ORDER BY s.opened_at, s.stream, e.seq"
        with database.explained(self._path):
            yield from _grouped(self._db, sql, values)

    def heads(self, since: str) -> dict[str, str]:
        sql = (
            "SELECT stream, hex(head_hash) FROM stream WHERE (open = 1 OR last_at >= ?) AND stream <> ?"
            " ORDER BY opened_at, stream"
        )
        with database.explained(self._path):
            return dict(self._db.execute(sql, (since, DEPARTMENT)))

    def holding(
        self, types: Collection[str], among: Collection[str] | None = None, since: str = ""
    ) -> Iterator[tuple[str, list[Recorded]]]:
        named = "" if among is None else "AND s.stream IN (SELECT value FROM json_each(?)) "
        any_of = "SELECT 1 FROM stream_event h WHERE h.stream = s.stream AND h.type IN (SELECT value FROM json_each(?))"
        sql = f"{_MANY} s.last_at >= ? {named}AND EXISTS ({any_of}) ORDER BY s.opened_at, s.stream, e.seq"
        values = (since, *([json.dumps([*among])] if among is not None else []), json.dumps([*types]))
        with database.explained(self._path):
            yield from _grouped(self._db, sql, values)

    def keyed(self, key: str) -> str:
        with database.explained(self._path):
            row = self._db.execute("SELECT stream FROM stream_once WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def due(self) -> list[StreamRow]:
        sql = f"SELECT {_ROW} FROM stream WHERE wake <> '' AND wake <= ? ORDER BY wake, stream"
        with database.explained(self._path):
            return [_row(row) for row in self._db.execute(sql, (self._clock(),))]

    def next_wake(self) -> str:
        sql = "SELECT min(wake) FROM stream WHERE wake <> '' AND wake > ?"
        with database.explained(self._path):
            return self._db.execute(sql, (self._clock(),)).fetchone()[0] or ""

    def definition(self, hash: str) -> str:
        with database.explained(self._path):
            row = self._db.execute("SELECT body FROM definition WHERE hash = ?", (hash,)).fetchone()
        if row is None:
            raise JournalDamaged(f"definition {hash[:12]} is missing", RESTORE)
        return str(row[0])


class Writing:
    """One writer's transaction over all streams; see `streams.Writing`."""

    def __init__(self, db: sqlite3.Connection, now: str) -> None:
        self._db = db
        self.now = now

    def events(self, stream: str) -> list[Recorded]:
        return _events(self._db, stream, 0)

    def open(self, kind: str = "") -> Iterator[tuple[str, list[Recorded]]]:
        yield from _open(self._db, kind)

    def number(self, prefix: str) -> str:
        start = f"{prefix}-"
        sql = "SELECT max(CAST(substr(stream, ?) AS INTEGER)) FROM stream WHERE stream GLOB ?"
        newest = self._db.execute(sql, (len(start) + 1, f"{start}[0-9]*")).fetchone()[0] or 0
        return f"{start}{newest + 1}"

    def once(self, key: str) -> bool:
        return self._db.execute("SELECT 1 FROM stream_once WHERE key = ?", (key,)).fetchone() is not None

    def append(
        self,
        stream: str,
        kind: str,
        events: Sequence[Event],
        by: str,
        *,
        open: bool = True,
        wake: str = "",
        keys: Sequence[str] = (),
        at: str = "",
        where: str = "",
    ) -> list[Recorded]:
        sql = "SELECT head_seq, head_hash, last_at FROM stream WHERE stream = ?"
        seq, prev, last = self._db.execute(sql, (stream,)).fetchone() or self._begun(stream, kind, at or self.now)
        if at and at < last:
            raise Conflict(f"something happened in {stream} after {at}", "give a later time")
        at = at or max(self.now, last)  # a clock that was put back writes no earlier time
        made, rows = [], []
        for event in events:
            seq += 1
            recorded, body = Recorded(seq, at, by, event, where), canonical(event.data)
            hash = chained(prev, stream, 0, recorded, body)
            rows.append((stream, seq, at, event.type, by, where, body, prev, hash))
            made.append(recorded)
            prev = hash
        self._db.executemany("INSERT INTO stream_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        for key in keys:
            if self.once(key):
                raise Conflict(f"`{key}` has happened already", "look at it again; nothing was changed")
            self._db.execute("INSERT INTO stream_once VALUES (?, ?, ?)", (key, stream, seq))
        self._db.execute("UPDATE stream SET open = ?, wake = ? WHERE stream = ?", (int(open), wake, stream))
        return made

    def _begun(self, stream: str, kind: str, at: str) -> tuple[int, bytes, str]:
        start = genesis(stream)
        sql = "INSERT INTO stream (stream, kind, head_hash, opened_at, last_at) VALUES (?, ?, ?, ?, ?)"
        self._db.execute(sql, (stream, kind, start, at, at))
        return 0, start, at

    def settle(self, stream: str, wake: str) -> None:
        self._db.execute("UPDATE stream SET wake = ? WHERE stream = ?", (wake, stream))

    def define(self, hash: str, body: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO definition VALUES (?, ?)", (hash, body))


def in_memory(clock: Callable[[], str] | None = None) -> Streams:
    """Streams that are gone with the program, with a clock of their own: for tests, and for trying things."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    for script in ("schema.sql", "streams.sql"):
        db.executescript(Path(__file__).with_name(script).read_text("utf-8"))

    @contextmanager
    def writing() -> Iterator[None]:
        with database.explained(Path("memory")):
            db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    return Streams(db, Path("memory"), writing, clock)


def checked(
    db: sqlite3.Connection, only: Collection[str] | None = None
) -> Iterator[tuple[Finding | None, Chain | None]]:
    """What is wrong with the streams of a journal, and the events of each after what is wrong with it.

    Only these, when they are named: no other is read.
    """
    sql = "SELECT stream, head_seq, head_hash, kind, open FROM stream ORDER BY stream"
    for stream, head_seq, head_hash, *entry in db.execute(sql):
        if only is not None and stream not in only:
            continue
        chain = followed(stream, rows(db, stream), "stream_event")
        found = [*chain.findings]
        if not found and len(chain.hashes) < head_seq:
            found.append(chain.found(f"event {len(chain.hashes) + 1} is missing", len(chain.hashes) + 1))
        elif not found and (head_seq, head_hash) != (len(chain.hashes), chain.head[1] or genesis(stream)):
            found.append(chain.at("stream", "its entry names another newest event", len(chain.hashes)))
        elif not found:
            found += fits(chain, *entry)
        for hash, seq in policies_of(chain.events).items():
            row = db.execute("SELECT body FROM definition WHERE hash = ?", (hash,)).fetchone()
            if row is None or not str(row[0]).startswith("{"):
                what = "is missing" if row is None else "is not what was agreed"
                found.append(chain.at("definition", f"definition {hash[:12]}, by which it is judged, {what}", seq))
        yield from ((each, None) for each in found)
        yield None, chain
    for (stream,) in db.execute("SELECT DISTINCT stream FROM stream_event EXCEPT SELECT stream FROM stream"):
        if only is None or stream in only:
            yield Finding("stream_event", "its events belong to no stream", stream=stream), None


def rows(db: sqlite3.Connection, stream: str) -> list[tuple[Any, ...]]:
    """The events of a stream as the journal keeps them (`laws.COLUMNS`)."""
    return db.execute(f"SELECT {_EVENT} FROM stream_event WHERE stream = ? ORDER BY seq", (stream,)).fetchall()


def _events(db: sqlite3.Connection, stream: str, after: int) -> list[Recorded]:
    head = db.execute("SELECT head_seq, head_hash FROM stream WHERE stream = ?", (stream,)).fetchone()
    found: list[Recorded] = []
    last: Any = genesis(stream) if not after else None
    sql = f"SELECT {_EVENT} FROM stream_event WHERE stream = ? AND seq > ? ORDER BY seq"
    with closing(db.execute(sql, (stream, after))) as rows:
        for row in rows:
            if row[0] != after + len(found) + 1 or (last is not None and row[-2] != last):
                raise JournalDamaged(f"event {after + len(found) + 1} of {stream} is missing", RESTORE)
            found.append(restored(stream, row, called=""))
            last = row[-1]
    if head and (after + len(found) < head[0] or (found and last != head[1])):
        raise JournalDamaged(f"event {after + len(found) + 1} of {stream} is missing", RESTORE)
    return found


def _open(db: sqlite3.Connection, kind: str) -> Iterator[tuple[str, list[Recorded]]]:
    wanted, values = ("s.open = 1 AND s.kind = ?", (kind,)) if kind else ("s.open = 1", ())
    yield from _grouped(db, f"{_MANY} {wanted} ORDER BY s.opened_at, s.stream, e.seq", values)


def _grouped(db: sqlite3.Connection, sql: str, values: Sequence[str]) -> Iterator[tuple[str, list[Recorded]]]:
    with closing(db.execute(sql, values)) as rows:
        for stream, each in groupby(rows, itemgetter(0)):
            yield stream, _quickly(stream, list(each))


def _quickly(stream: str, rows: Sequence[tuple[Any, ...]]) -> list[Recorded]:
    try:
        bodies = json.loads(f"[{','.join([row[6] for row in rows])}]")
    except ValueError:
        bodies = ()
    if len(bodies) != len(rows):
        raise JournalDamaged(f"an event of {stream} is not what was written", RESTORE)
    return [
        Recorded(seq, at, by, Event(type, None, None, body), where)
        for (_, seq, at, by, type, where, _), body in zip(rows, bodies, strict=True)
    ]


def _row(row: tuple[Any, ...]) -> StreamRow:
    stream, kind, head, open, opened_at, last_at, wake = row
    return StreamRow(stream, kind, head, bool(open), opened_at, last_at, wake)
