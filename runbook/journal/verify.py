"""Checks a journal from end to end: whether every event is there, unchanged, and could have happened.

Rule 1: it only looks: the file is opened for reading alone, and nothing beside it is made.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runbook.errors import JournalDamaged
from runbook.instants import between
from runbook.journal import stream_tables
from runbook.journal.codec import content_hash, genesis
from runbook.journal.laws import COLUMNS, Chain, Finding, definitions_of, fits, followed, open_attempts, possible

_EVENTS = f"SELECT {', '.join(COLUMNS)} FROM event WHERE run = ? ORDER BY seq"
_RUN = "run, process, definition, epoch, head_seq, head_hash, status, started_by, started_at, ended_at"
_OPEN = "SELECT step, attempt, state, since, due, about FROM attempt WHERE run = ? ORDER BY step"
_OF_RUNS = ("event", "attempt", "lock")
"""The tables whose rows belong to a run."""
_OPEN_STATUSES = ("running", "waiting", "blocked", "paused")
_BEGINNING = 60.0
"""Seconds that may lie between the entry of a run and its first event, which are written in one go."""


def verify(path: Path) -> list[str]:
    """Everything that is wrong with the journal in that file, one finding a line; empty when nothing is."""
    try:
        return [str(finding) for finding, _ in checked(path) if finding]
    except JournalDamaged as error:
        return [str(error)]


def checked(path: Path, only: Collection[str] | None = None) -> Iterator[tuple[Finding | None, Chain | None]]:
    """What is wrong with the journal in that file, and the events of each stream and run after what is wrong with it.

    Only the events of these, when they are named.

    `JournalDamaged` when it can't be read, also in the middle: what was found until then has been handed out.
    """
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as db:
            for finding in (*_file(db), *_definitions(db), *_strays(db)):
                yield finding, None
            yield from _streams(db, only)
            for row in db.execute(f"SELECT {_RUN} FROM run ORDER BY started_at, run").fetchall():
                if only is None or row[0] in only:
                    chain, findings = _run(db, row)
                    for finding in findings:
                        yield finding, None
                    yield None, chain
    except (sqlite3.Error, OverflowError, UnicodeDecodeError, TypeError) as error:
        raise JournalDamaged(f"the journal can't be read: {error}", "restore it from a backup") from error


def _file(db: sqlite3.Connection) -> Iterator[Finding]:
    for (finding,) in db.execute("PRAGMA integrity_check"):
        if finding != "ok":
            yield Finding("file", f"the file is damaged: {finding}")
    for table, *_ in db.execute("PRAGMA foreign_key_check"):
        yield Finding(table, f"the file is damaged: a row of `{table}` belongs to nothing")


def _definitions(db: sqlite3.Connection) -> Iterator[Finding]:
    for hash, body in db.execute("SELECT hash, body FROM definition"):
        if content_hash(body) != hash:
            yield Finding("definition", f"definition {hash[:12]} is not what was stored")


def _strays(db: sqlite3.Connection) -> Iterator[Finding]:
    """Rows of runs that are in no list of runs, as their index may hide."""
    for table in _OF_RUNS:
        for (run,) in db.execute(f"SELECT DISTINCT run FROM {table} EXCEPT SELECT run FROM run"):
            yield Finding(table, f"a row of `{table}` belongs to no run", run)


def _streams(db: sqlite3.Connection, only: Collection[str] | None) -> Iterator[tuple[Finding | None, Chain | None]]:
    if db.execute("PRAGMA user_version").fetchone()[0] > 1:
        yield from stream_tables.checked(db, only)


def _run(db: sqlite3.Connection, row: tuple[Any, ...]) -> tuple[Chain, list[Finding]]:
    run, process, definition, epoch, head_seq, head_hash, status, started_by, started_at, ended_at = row
    chain = followed(run, definition, db.execute(_EVENTS, (run,)), "event", epoch)
    if chain.findings and len(chain.hashes) < head_seq:
        return chain, [*chain.findings, *_texts(db, chain, definition)]
    found = [*chain.findings]
    if (head_seq, head_hash) != (len(chain.events), chain.head[1] or genesis(run, definition)):
        found.append(Finding("run", "the newest events are missing", run, len(chain.events) + 1))
    found += possible(chain)
    found += fits(chain, (process, definition, started_by, status, ended_at), "run")
    found += _begun(chain, status, started_at)
    if db.execute(_OPEN, (run,)).fetchall() != open_attempts(chain.events):
        found.append(Finding("attempt", "its open attempts are not those that its events leave open", run))
    found += _locks(db, chain)
    return chain, [*found, *_texts(db, chain, definition)]


def _begun(chain: Chain, status: str, started_at: str) -> Iterator[Finding]:
    """Whether the entry says a time and a state that can be."""
    if status not in _OPEN_STATUSES and not chain.events:
        yield Finding("run", f"its entry says `{status}`, and it has no events", chain.run)
    if not chain.events:
        return
    try:
        seconds = between(started_at, chain.events[0].at)
    except (ValueError, TypeError):
        seconds = -1.0
    if not 0 <= seconds <= _BEGINNING:
        yield Finding("run", "its entry names another beginning than its first event", chain.run, 1)


def _locks(db: sqlite3.Connection, chain: Chain) -> Iterator[Finding]:
    """Whether what it has locked, or waits for, is what its events say of that place."""
    said: dict[str, tuple[Any, ...]] = {}
    for recorded in chain.events:
        data = recorded.event.data
        if recorded.event.type == "LockAwaited":
            said[str(data.get("at"))] = (data.get("key"), data.get("limit"), 0)
        elif recorded.event.type in ("LockTaken", "LockLost") and (at := str(data.get("at"))) in said:
            said[at] = (*said[at][:2], int(recorded.event.type == "LockTaken"))
    for place, *kept in db.execute("SELECT place, key, most, granted FROM lock WHERE run = ?", (chain.run,)):
        if said.get(place) != tuple(kept):
            yield Finding("lock", f"its lock at `{place}` is not one that its events tell of", chain.run)


def _texts(db: sqlite3.Connection, chain: Chain, definition: str) -> Iterator[Finding]:
    for hash, seq in definitions_of(definition, chain.events).items():
        if not db.execute("SELECT 1 FROM definition WHERE hash = ?", (hash,)).fetchone():
            yield Finding("definition", f"definition {hash[:12]} is missing", chain.run, seq)
