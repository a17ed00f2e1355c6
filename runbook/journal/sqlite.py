"""The journal in one SQLite file: every write in one transaction, synced before it counts.

Rule 1: `synchronous=FULL`, `BEGIN IMMEDIATE`, and nothing is acknowledged before COMMIT has returned.
Rule 2: whoever reads closes what they read from, also when it is damaged; an open reading keeps writers out.
Rule 3: look at the version before changing anything; a newer journal is left alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook.errors import JournalDamaged
from runbook.journal import database
from runbook.journal.store import (
    OPEN,
    DueRow,
    First,
    LockRow,
    RunRow,
    WaitingRow,
)
from runbook.journal.transaction import EVENTS, RESTORE, Transaction, insert, known_of, unbroken, unknown
from runbook.run.events import Recorded

if TYPE_CHECKING:
    from runbook.journal.stream_tables import Streams

APPLICATION_ID = 0x52424B31
VERSION = 2
_SCRIPTS = ("schema.sql", "streams.sql")
"""What makes a journal of each version out of the one before it."""
_DUE = """
SELECT r.run, r.process, r.head_seq, '', r.started_at FROM run r WHERE r.status = 'running'
UNION ALL
SELECT r.run, r.process, r.head_seq, '', r.started_at FROM lock l CROSS JOIN run r USING (run)
WHERE l.granted = 0 AND r.status <> 'paused'
    AND (SELECT count(*) FROM lock o WHERE o.key = l.key AND o.granted = 1) < l.most
UNION ALL
SELECT r.run, r.process, r.head_seq, min(a.due), r.started_at FROM attempt a CROSS JOIN run r USING (run)
WHERE a.due <> '' AND a.due <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AND r.status IN (?, ?, ?) GROUP BY r.run
"""
_NEXT_DUE = "SELECT min(due) FROM attempt WHERE due <> '' AND due > strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
_RUN = "run, process, definition, status, started_at, ended_at, started_by"


class Journal:
    """A journal of runs in the file `path`, made when it is missing; `Store` says what each method does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        new = not path.exists()
        if new:
            database.create_private(path)
        database.check_file(path)
        with database.explained(path):
            try:
                self._writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
                self._db = database.connect(path, writable=self._writable)
                self._check_version(new)
            except BaseException:
                self.close()
                raise

    def _check_version(self, new: bool) -> None:
        version = self._one("PRAGMA user_version")
        if version > VERSION:
            raise JournalDamaged(
                f"the journal {self.path} was written by a newer runbook (version {version}, this one knows {VERSION})",
                "use the newer runbook; nothing was changed",
            )
        if version == 0:
            self._install(new)
        elif self._one("PRAGMA application_id") != APPLICATION_ID:
            raise JournalDamaged(f"{self.path} is not a journal of runbook", "name another folder with --home")
        elif version < VERSION and self._writable:
            self._raise_version()

    def _install(self, new: bool) -> None:
        if not new and self._one("SELECT count(*) FROM sqlite_master") and not self._one("PRAGMA user_version"):
            raise JournalDamaged(f"{self.path} is not a journal of runbook", "name another folder with --home")
        if database.wal_is_safe(sqlite3.sqlite_version_info):
            database.keep_in_mode(self._db, self.path, "wal")
        self._raise_version()

    def _raise_version(self) -> None:
        """Make it a journal of this version, in one go; what was written before stays as it is."""
        with self._all_or_nothing():
            for script in _SCRIPTS[self._one("PRAGMA user_version") :]:
                for statement in database.statements(Path(__file__).with_name(script).read_text("utf-8")):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self._db.execute(f"PRAGMA user_version={VERSION}")

    def _one(self, sql: str, *values: object) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])

    # -- writing --------------------------------------------------------------------------------

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        with database.explained(self.path), database.stopped_later():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def write(self, run: str, epoch: int | None = None) -> Iterator[Transaction]:
        with self._all_or_nothing():
            yield Transaction(self._db, run, epoch)

    def create(self, run: str, process: str, definition: str, body: str, by: str, begin: First | None = None) -> None:
        with self._all_or_nothing():
            insert(self._db, run, process, definition, body, by)
            if begin:
                begin(Transaction(self._db, run, None))

    def take(self, run: str) -> int:
        with self._all_or_nothing():
            sql = "UPDATE run SET epoch = epoch + 1 WHERE run = ? RETURNING epoch"
            rows = self._db.execute(sql, (run,)).fetchall()
        if not rows:
            raise unknown(run)
        return int(rows[0][0])

    @cached_property
    def streams(self) -> Streams:
        """What has happened besides runs: work items, and the department."""
        from runbook.journal.stream_tables import Streams, in_memory

        if self._one("PRAGMA user_version") < VERSION:  # an older one that may only be read has none
            return in_memory()
        return Streams(self._db, self.path, self._all_or_nothing)

    # -- reading --------------------------------------------------------------------------------

    def row(self, run: str) -> RunRow | None:
        with database.explained(self.path):
            row = self._db.execute(f"SELECT {_RUN} FROM run WHERE run = ?", (run,)).fetchone()
            if row is None and self._db.execute("SELECT 1 FROM run NOT INDEXED WHERE run = ?", (run,)).fetchone():
                raise database.damaged(self.path, f"run {run} is not in its index")
        return RunRow(*row) if row else None

    def runs(self) -> Iterator[RunRow]:
        with database.explained(self.path):
            for row in self._db.execute(f"SELECT {_RUN} FROM run ORDER BY started_at DESC, run DESC"):
                yield RunRow(*row)

    def heads(self) -> dict[str, str]:
        with database.explained(self.path):
            rows = self._db.execute("SELECT run, head_seq, head_hash FROM run").fetchall()
        return {run: f"{number} {bytes(hash).hex()}" for run, number, hash in rows}

    def matching(self, prefix: str) -> list[str]:
        with database.explained(self.path):
            rows = self._db.execute("SELECT run FROM run WHERE substr(run, 1, ?) = ?", (len(prefix), prefix))
            return [row[0] for row in rows]

    def definition(self, hash: str) -> str:
        with database.explained(self.path):
            row = self._db.execute("SELECT body FROM definition WHERE hash = ?", (hash,)).fetchone()
        if row is None:
            raise JournalDamaged(f"definition {hash[:12]} is missing", RESTORE)
        return str(row[0])

    def events(self, run: str, after: int = 0) -> Iterator[Recorded]:
        with database.explained(self.path):
            known = self._db.execute("SELECT head_seq FROM run WHERE run = ?", (run,)).fetchone()  # more may come
            with closing(self._db.execute(EVENTS, (run, after))) as rows:
                yield from unbroken(run, after, rows, known[0] if known else 0)

    def rows(self, run: str) -> list[tuple[Any, ...]]:
        """A run's events as they are kept (`laws.COLUMNS`), hashes included: for an archive, which holds them too."""
        with database.explained(self.path):
            return self._db.execute(EVENTS, (run, 0)).fetchall()

    def waiting(self) -> Iterator[WaitingRow]:
        sql = (
            "SELECT a.run, r.process, a.step, a.attempt, a.since, a.due, a.about FROM attempt a JOIN run r USING (run)"
            " WHERE a.state IN ('waiting', 'in doubt') ORDER BY a.since, a.run, a.step"
        )
        with database.explained(self.path):
            for run, process, step, attempt, since, due, about in self._db.execute(sql):
                yield WaitingRow(run, process, step, attempt, since, due, known_of(about))

    def locks(self) -> Iterator[LockRow]:
        sql = "SELECT run, place, key, most, granted, since FROM lock ORDER BY granted DESC, since, run, place"
        with database.explained(self.path):
            for run, place, key, limit, granted, since in self._db.execute(sql):
                yield LockRow(run, place, key, limit, bool(granted), since)

    def due(self) -> list[DueRow]:
        with database.explained(self.path):
            rows = self._db.execute(_DUE, OPEN).fetchall()
        found = {row[0]: row for row in rows}  # what time has made due comes second, and counts
        ordered = sorted(found.values(), key=lambda row: (not row[3], row[3], row[4], row[0]))
        return [DueRow(*row[:4]) for row in ordered]

    def next_due(self) -> str:
        with database.explained(self.path):
            return self._db.execute(_NEXT_DUE).fetchone()[0] or ""

    def changes(self) -> int:
        with database.explained(self.path):
            return self._one("PRAGMA data_version")

    def close(self) -> None:
        if hasattr(self, "_db"):
            self._db.close()
