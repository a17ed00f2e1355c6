"""The SQLite file of a journal: made for its owner alone, opened so that what was acknowledged stays.

Rule 1: TRUNCATE unless the linked SQLite is free of the WAL-reset race (3.51.3, 3.50.7, 3.44.6); WAL there.
Rule 2: one file, one name: what SQLite keeps beside it would be looked for beside another name in vain.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from runbook.errors import Conflict, JournalDamaged, MachineRefuses
from runbook.journal.places import open_file

SETTINGS = (
    "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", "mmap_size=0", "secure_delete=ON",
    "fullfsync=ON", "checkpoint_fullfsync=ON",
)  # fmt: skip
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
def explained(path: Path) -> Iterator[None]:
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
        raise damaged(path, text) from None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise damaged(path, str(error)) from None


def damaged(path: Path, why: str) -> JournalDamaged:
    return JournalDamaged(f"the journal {path} is damaged: {why}", "restore it from a backup; nothing was changed")


def create_private(path: Path) -> None:
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


def check_file(path: Path) -> None:
    try:
        found = path.lstat()
    except OSError:  # SQLite says why, in a moment
        return
    if stat.S_ISLNK(found.st_mode):
        raise MachineRefuses(f"the journal {path} is a link", "name the folder it leads to with --home")
    if found.st_nlink > 1:
        raise MachineRefuses(f"the journal {path} has {found.st_nlink} names (hard links)", "remove the others")
    if 0 < found.st_size < _HEAD:  # which SQLite takes for a new file, and would write over
        raise damaged(path, f"it was cut to {found.st_size} bytes")


@contextmanager
def stopped_later() -> Iterator[None]:
    """Ctrl-Z takes effect after the block: whoever stands still in a transaction keeps everybody else from writing."""
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def connect(path: Path, writable: bool) -> sqlite3.Connection:
    address = f"file:{_quoted(path)}?mode={'rw' if writable else 'ro'}"
    db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_PATIENCE, check_same_thread=False)
    for setting in SETTINGS:
        db.execute(f"PRAGMA {setting}")
    mode = db.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":  # that one is the file's own; the others have to be asked for by each who opens it
        keep_in_mode(db, path, "truncate")
    return db


def tell_time(db: sqlite3.Connection, clock: Callable[[], str]) -> None:
    """Have a connection ask this clock for the time, wherever a statement asks for it."""
    db.create_function("strftime", 2, lambda form, when: clock())


def keep_in_mode(db: sqlite3.Connection, path: Path, mode: str) -> None:
    told = db.execute(f"PRAGMA journal_mode={mode}").fetchone()[0]
    if told != mode:
        raise MachineRefuses(f"the journal {path} can't be kept safely here ({told}, not {mode})", "use another disk")


def _quoted(path: Path) -> str:
    """The path inside a `file:` address, in which three characters have a meaning of their own."""
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
