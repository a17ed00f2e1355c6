"""The journal in one SQLite file: every write in one transaction, synced before it counts.

Rule 1: `synchronous=FULL`, `BEGIN IMMEDIATE`, and nothing is acknowledged before COMMIT has returned.
Rule 2: TRUNCATE unless the linked SQLite is free of the WAL-reset race (3.51.3, 3.50.7, 3.44.6); WAL there.
Rule 3: whoever reads closes what they read from, also when it is damaged; an open reading keeps writers out.
Rule 4: look at the version before changing anything; a newer journal is left alone.
Rule 5: one file, one name: what SQLite keeps beside it would be looked for beside another name in vain.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from runbook.errors import Conflict, JournalDamaged, MachineRefuses, Misuse, RunbookError
from runbook.journal.codec import canonical, chained, genesis, restored
from runbook.journal.places import open_file
from runbook.journal.store import (
    OPEN,
    PAST_RUNS,
    DueRow,
    First,
    LockRow,
    RunRow,
    WaitingRow,
    had_to_do,
    without_turns,
)
from runbook.run.events import ENDS_ATTEMPT, OPENS_ATTEMPT, SAYS_MORE, Recorded, due_of, ended_at

APPLICATION_ID = 0x52424B31
VERSION = 1
_NOW = "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
_EVENTS = (
    "SELECT seq, at, type, step, attempt, actor, place, body, epoch, prev, hash FROM event"
    " WHERE run = ? AND seq > ? ORDER BY seq"
)
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
_SETTINGS = (
    "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", "mmap_size=0", "secure_delete=ON",
    "fullfsync=ON", "checkpoint_fullfsync=ON",
)  # fmt: skip
_RESTORE = "restore the journal from a backup"
_TROUBLES = ("disk", "unable to open", "readonly", "memory")
"""What SQLite says when the machine refuses; all else it may say of a file whose schema or texts were spoiled."""
_HEAD = 100
"""Bytes of the head of an SQLite file: with fewer it is none."""
_PATIENCE = 30.0
"""Seconds to wait for another writer: SQLite's queue is not a fair one."""


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """True for an SQLite in which several connections can't lose a commit in WAL mode."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's errors in our words."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        if "overtaken" in str(error):
            raise Conflict("somebody else has taken over this run", "watch it with `runbook status`") from None
        raise Conflict(f"another writer was first ({error})", "look at the run again, then try again") from None
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            help = "try again in a minute; `runbook resume RUN --take-over` ends a holder that stands still"
            raise JournalDamaged(f"the journal {path} is locked by another program", help) from None
        if any(sign in text for sign in _TROUBLES):
            help = "check free space and permissions"
            raise MachineRefuses(f"the journal {path} can't be used: {text}", help) from None
        raise _damaged(path, text) from None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from None


def _unknown(run: str) -> RunbookError:
    return Misuse(f"there is no run {run}", "see `runbook runs`")


def _damaged(path: Path, why: str) -> JournalDamaged:
    return JournalDamaged(f"the journal {path} is damaged: {why}", "restore it from a backup; nothing was changed")


class Journal:
    """A journal of runs in the file `path`, made when it is missing; `Store` says what each method does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        new = not path.exists()
        if new:
            _create_private(path)
        _check_file(path)
        with _explained(path):
            try:
                self._db = _connect(path, writable=os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
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

    def _install(self, new: bool) -> None:
        if not new and self._one("SELECT count(*) FROM sqlite_master") and not self._one("PRAGMA user_version"):
            raise JournalDamaged(f"{self.path} is not a journal of runbook", "name another folder with --home")
        if wal_is_safe(sqlite3.sqlite_version_info):
            _keep_in_mode(self._db, self.path, "wal")
        self._db.execute("BEGIN IMMEDIATE")
        if self._one("PRAGMA user_version") == 0:
            schema = Path(__file__).with_name("schema.sql").read_text("utf-8")
            for statement in _statements(schema):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self._db.execute(f"PRAGMA user_version={VERSION}")
        self._db.execute("COMMIT")

    def _one(self, sql: str, *values: object) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])

    # -- writing --------------------------------------------------------------------------------

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        with _explained(self.path), _stopped_later():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def write(self, run: str, epoch: int | None = None) -> Iterator[_Transaction]:
        with self._all_or_nothing():
            yield _Transaction(self._db, run, epoch)

    def create(self, run: str, process: str, definition: str, body: str, by: str, begin: First | None = None) -> None:
        with self._all_or_nothing():
            _insert(self._db, run, process, definition, body, by)
            if begin:
                begin(_Transaction(self._db, run, None))

    def take(self, run: str) -> int:
        with self._all_or_nothing():
            sql = "UPDATE run SET epoch = epoch + 1 WHERE run = ? RETURNING epoch"
            rows = self._db.execute(sql, (run,)).fetchall()
        if not rows:
            raise _unknown(run)
        return int(rows[0][0])

    # -- reading --------------------------------------------------------------------------------

    def row(self, run: str) -> RunRow | None:
        with _explained(self.path):
            row = self._db.execute(f"SELECT {_RUN} FROM run WHERE run = ?", (run,)).fetchone()
            if row is None and self._db.execute("SELECT 1 FROM run NOT INDEXED WHERE run = ?", (run,)).fetchone():
                raise _damaged(self.path, f"run {run} is not in its index")
        return RunRow(*row) if row else None

    def runs(self) -> Iterator[RunRow]:
        with _explained(self.path):
            for row in self._db.execute(f"SELECT {_RUN} FROM run ORDER BY started_at DESC, run DESC"):
                yield RunRow(*row)

    def matching(self, prefix: str) -> list[str]:
        with _explained(self.path):
            rows = self._db.execute("SELECT run FROM run WHERE substr(run, 1, ?) = ?", (len(prefix), prefix))
            return [row[0] for row in rows]

    def definition(self, hash: str) -> str:
        with _explained(self.path):
            row = self._db.execute("SELECT body FROM definition WHERE hash = ?", (hash,)).fetchone()
        if row is None:
            raise JournalDamaged(f"definition {hash[:12]} is missing", _RESTORE)
        return str(row[0])

    def events(self, run: str, after: int = 0) -> Iterator[Recorded]:
        with _explained(self.path):
            known = self._db.execute("SELECT head_seq FROM run WHERE run = ?", (run,)).fetchone()  # more may come
            with closing(self._db.execute(_EVENTS, (run, after))) as rows:
                yield from _unbroken(run, after, rows, known[0] if known else 0)

    def rows(self, run: str) -> list[tuple[Any, ...]]:
        """A run's events as they are kept (`laws.COLUMNS`), hashes included: for an archive, which holds them too."""
        with _explained(self.path):
            return self._db.execute(_EVENTS, (run, 0)).fetchall()

    def waiting(self) -> Iterator[WaitingRow]:
        sql = (
            "SELECT a.run, r.process, a.step, a.attempt, a.since, a.due, a.about FROM attempt a JOIN run r USING (run)"
            " WHERE a.state IN ('waiting', 'in doubt') ORDER BY a.since, a.run, a.step"
        )
        with _explained(self.path):
            for run, process, step, attempt, since, due, about in self._db.execute(sql):
                yield WaitingRow(run, process, step, attempt, since, due, _about(about))

    def locks(self) -> Iterator[LockRow]:
        sql = "SELECT run, place, key, most, granted, since FROM lock ORDER BY granted DESC, since, run, place"
        with _explained(self.path):
            for run, place, key, limit, granted, since in self._db.execute(sql):
                yield LockRow(run, place, key, limit, bool(granted), since)

    def due(self) -> list[DueRow]:
        with _explained(self.path):
            rows = self._db.execute(_DUE, OPEN).fetchall()
        found = {row[0]: row for row in rows}  # what time has made due comes second, and counts
        ordered = sorted(found.values(), key=lambda row: (not row[3], row[3], row[4], row[0]))
        return [DueRow(*row[:4]) for row in ordered]

    def next_due(self) -> str:
        with _explained(self.path):
            return self._db.execute(_NEXT_DUE).fetchone()[0] or ""

    def changes(self) -> int:
        with _explained(self.path):
            return self._one("PRAGMA data_version")

    def close(self) -> None:
        if hasattr(self, "_db"):
            self._db.close()


class _Transaction:
    """One writer's transaction; see `store.Transaction`."""

    def __init__(self, db: sqlite3.Connection, run: str, epoch: int | None) -> None:
        self._db = db
        self._run = run
        row = db.execute(
            "SELECT epoch, head_seq, head_hash, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM run WHERE run = ?", (run,)
        ).fetchone()
        if row is None:
            raise _unknown(run)
        if epoch is not None and row[0] != epoch:
            raise Conflict("somebody else has taken over this run", "watch it with `runbook status`")
        self._epoch, self.head, self._hash, self.now = row

    def events(self, after: int) -> list[Recorded]:
        with closing(self._db.execute(_EVENTS, (self._run, after))) as rows:
            found = list(_unbroken(self._run, after, rows, self.head))
        if (last := found[-1].seq if found else after) > self.head:
            raise JournalDamaged(f"run {self._run} has {last} events, not {self.head}", _RESTORE)
        return found

    def append(self, events: Sequence[Recorded], status: str) -> None:
        rows = []
        for recorded in events:
            event, body = recorded.event, canonical(recorded.event.data)
            prev, self._hash = self._hash, chained(self._hash, self._run, self._epoch, recorded, body)
            rows.append(
                (self._run, recorded.seq, self._epoch, recorded.at, event.type, event.step, event.attempt,
                 recorded.by, recorded.where, body, prev, self._hash)
            )  # fmt: skip
        self._db.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._follow(events)
        last = events[-1]
        self.head = last.seq
        ended = ended_at(events, status)
        if ended is None:
            self._db.execute("UPDATE run SET status = ? WHERE run = ?", (status, self._run))
        else:
            self._db.execute("UPDATE run SET status = ?, ended_at = ? WHERE run = ?", (status, ended, self._run))
        if ended:
            self._db.execute("DELETE FROM attempt WHERE run = ?", (self._run,))

    def _follow(self, events: Sequence[Recorded]) -> None:
        """Keep the table of open attempts in step; an attempt begun and ended in one go never enters it."""
        changed: dict[str, tuple[object, ...] | None] = {}
        for recorded in events:
            event = recorded.event
            if event.step is None:
                continue
            if event.type == "StepOverdue":
                self._no_longer_due(event.step, event.data["until"], changed)
            elif event.type in SAYS_MORE:
                self._say_more(event.step, event.data, changed)
            elif state := OPENS_ATTEMPT.get(event.type):
                about = canonical(event.data) if event.type in ("StepWaiting", "StepInDoubt") else "{}"
                attempt, due = event.attempt or 0, due_of(event.data)
                changed[event.step] = (self._run, event.step, attempt, state, recorded.at, due, about)
            elif event.type in ENDS_ATTEMPT:
                changed[event.step] = None
        kept = [row for row in changed.values() if row is not None]
        gone = [(self._run, step) for step, row in changed.items() if row is None]
        self._db.executemany("INSERT OR REPLACE INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?)", kept)
        self._db.executemany("DELETE FROM attempt WHERE run = ? AND step = ?", gone)

    def _say_more(self, step: str, data: Mapping[str, Any], changed: dict[str, tuple[object, ...] | None]) -> None:
        more = {name: data[name] for name in ("work", "awaits") if name in data}
        row = changed.get(step)
        if row is not None:
            changed[step] = (*row[:6], canonical({**_about(str(row[6])), **more}))
            return
        sql = "SELECT about FROM attempt WHERE run = ? AND step = ?"
        for (about,) in self._db.execute(sql, (self._run, step)).fetchall():
            said = canonical({**_about(about), **more})
            self._db.execute("UPDATE attempt SET about = ? WHERE run = ? AND step = ?", (said, self._run, step))

    def _no_longer_due(self, step: str, until: str, changed: dict[str, tuple[object, ...] | None]) -> None:
        row = changed.get(step)
        if row is not None:
            changed[step] = (*row[:5], until, row[6])
        else:
            self._db.execute("UPDATE attempt SET due = ? WHERE run = ? AND step = ?", (until, self._run, step))

    def set_locks(self, locks: Mapping[str, tuple[str, int, bool]]) -> None:
        self._db.execute("DELETE FROM lock WHERE run = ?", (self._run,))
        rows = [(self._run, place, *lock, self.now) for place, lock in locks.items()]
        self._db.executemany("INSERT INTO lock VALUES (?, ?, ?, ?, ?, ?)", rows)

    def holders(self, key: str) -> list[str]:
        sql = "SELECT run FROM lock WHERE key = ? AND granted = 1 AND run <> ? ORDER BY since, run"
        return [row[0] for row in self._db.execute(sql, (key, self._run))]

    def loads(self) -> dict[str, int]:
        sql = "SELECT about FROM attempt WHERE state IN ('waiting', 'in doubt') AND about LIKE '%\"work\"%'"
        holders = (_about(about).get("work", {}).get("by", "") for (about,) in self._db.execute(sql))
        return dict(Counter(each for each in holders if each))

    def past(self, step: str) -> dict[str, tuple[int, str, int]]:
        sql = (
            "SELECT e.type, e.at, e.step, e.body FROM (SELECT rowid AS number, run FROM run WHERE process ="
            " (SELECT process FROM run WHERE run = ?) ORDER BY rowid DESC LIMIT ?) r"
            " CROSS JOIN event e ON e.run = r.run WHERE e.type IN ('StepSucceeded', 'WorkAssigned')"
            " AND e.step GLOB ? ORDER BY e.at, r.number, e.seq"
        )
        wanted = without_turns(step)
        rows = self._db.execute(sql, (self._run, PAST_RUNS, _of_any_turn(step)))
        return had_to_do((type, at, _about(body)) for type, at, path, body in rows if without_turns(path) == wanted)

    def define(self, definition: str, body: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO definition VALUES (?, ?)", (definition, body))

    def beside(self, run: str, process: str, definition: str, body: str, by: str) -> _Transaction:
        _insert(self._db, run, process, definition, body, by)
        return _Transaction(self._db, run, None)


def _insert(db: sqlite3.Connection, run: str, process: str, definition: str, body: str, by: str) -> None:
    """The row of a new run, and its definition when that is new too."""
    if db.execute("SELECT 1 FROM run WHERE run = ?", (run,)).fetchone():
        raise Conflict(f"there is a run {run} already", "choose another id")
    db.execute("INSERT OR IGNORE INTO definition VALUES (?, ?)", (definition, body))
    now = db.execute(_NOW).fetchone()[0]
    db.execute(
        "INSERT INTO run (run, process, definition, head_hash, status, started_by, started_at)"
        " VALUES (?, ?, ?, ?, 'running', ?, ?)",
        (run, process, definition, genesis(run, definition), by, now),
    )


def _unbroken(run: str, after: int, rows: Iterable[tuple[Any, ...]], head: int) -> Iterator[Recorded]:
    """The events in these rows, each the next one after the one before it, up to `head` at least."""
    last: Any = None
    for row in rows:
        if row[0] != after + 1 or (last is not None and row[-2] != last):
            raise JournalDamaged(f"event {after + 1} of run {run} is missing", _RESTORE)
        yield restored(run, row)
        after, last = row[0], row[-1]
    if after < head:
        raise JournalDamaged(f"event {after + 1} of run {run} is missing", _RESTORE)


def _of_any_turn(path: str) -> str:
    """The pattern of a step's path with any number for each of its turns."""
    parts = (["*" if mark.isdecimal() else mark for mark in part.split(".")] for part in path.split("/"))
    return "/".join(".".join(marks) for marks in parts)


def _about(text: str) -> dict[str, Any]:
    """What is known of a step that waits; nothing where that was spoiled, so that it is listed all the same."""
    from json import loads

    try:
        return dict(loads(text))
    except (ValueError, TypeError):
        return {}


def _create_private(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(open_file(path, os.O_CREAT | os.O_RDWR))
    except OSError as error:
        raise MachineRefuses(f"{path} can't be made: {error.strerror}", "name another folder with --home") from None
    for folder in (path.parent, path.parent.parent):  # else a power cut takes the whole folder, acknowledged or not
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _check_file(path: Path) -> None:
    try:
        found = path.lstat()
    except OSError:  # SQLite says why, in a moment
        return
    if stat.S_ISLNK(found.st_mode):
        raise MachineRefuses(f"the journal {path} is a link", "name the folder it leads to with --home")
    if found.st_nlink > 1:
        raise MachineRefuses(f"the journal {path} has {found.st_nlink} names (hard links)", "remove the others")
    if 0 < found.st_size < _HEAD:  # which SQLite takes for a new file, and would write over
        raise _damaged(path, f"it was cut to {found.st_size} bytes")


@contextmanager
def _stopped_later() -> Iterator[None]:
    """Ctrl-Z takes effect after the block: whoever stands still in a transaction keeps everybody else from writing."""
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _connect(path: Path, writable: bool) -> sqlite3.Connection:
    address = f"file:{_quoted(path)}?mode={'rw' if writable else 'ro'}"
    db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_PATIENCE, check_same_thread=False)
    for setting in _SETTINGS:
        db.execute(f"PRAGMA {setting}")
    mode = db.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":  # that one is the file's own; the others have to be asked for by each who opens it
        _keep_in_mode(db, path, "truncate")
    return db


def _keep_in_mode(db: sqlite3.Connection, path: Path, mode: str) -> None:
    told = db.execute(f"PRAGMA journal_mode={mode}").fetchone()[0]
    if told != mode:
        raise MachineRefuses(f"the journal {path} can't be kept safely here ({told}, not {mode})", "use another disk")


def _quoted(path: Path) -> str:
    """The path inside a `file:` address, in which three characters have a meaning of their own."""
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
