"""Checks a journal from end to end: whether every event is there, unchanged, and could have happened.

Rule 1: it only looks. It needs no definition of a kind and no project, so that anybody can check any journal.
Rule 2: a chain alone proves nothing against somebody who rewrites all of it: compare the head with one kept elsewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runbook.errors import JournalDamaged
from runbook.journal.codec import content_hash, genesis, restored
from runbook.run.events import (
    ENDED,
    ENDS_ATTEMPT,
    ENDS_RUN,
    OPENS_ATTEMPT,
    REMARKS,
    RUN_EVENTS,
    TRANSITIONS,
    WITH_FAILURES,
    Recorded,
    Status,
    ends_run,
)

_AGAIN = ("UndoRequested", "RunReopened")
"""What may follow after the end of a run."""
_EVENTS = (
    "SELECT seq, at, type, step, attempt, actor, place, body, epoch, prev, hash FROM event WHERE run = ? ORDER BY seq"
)
_RUN = "run, process, definition, epoch, head_seq, head_hash, status, started_by, ended_at"


def verify(path: Path) -> list[str]:
    """Everything that is wrong with the journal in that file, one finding a line; empty when nothing is."""
    try:
        db = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
        try:
            return [*_file(db), *_definitions(db), *_runs(db)]
        finally:
            db.close()
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        return [f"the journal can't be read: {error}"]


def _file(db: sqlite3.Connection) -> Iterator[str]:
    for (finding,) in db.execute("PRAGMA integrity_check"):
        if finding != "ok":
            yield f"the file is damaged: {finding}"
    for table, *_ in db.execute("PRAGMA foreign_key_check"):
        yield f"the file is damaged: a row of `{table}` belongs to nothing"


def _definitions(db: sqlite3.Connection) -> Iterator[str]:
    for hash, body in db.execute("SELECT hash, body FROM definition"):
        if content_hash(body) != hash:
            yield f"definition {hash[:12]} is not what was stored"


def _runs(db: sqlite3.Connection) -> Iterator[str]:
    for row in db.execute(f"SELECT {_RUN} FROM run").fetchall():
        for finding in _run(db, row):
            yield f"run {row[0]}: {finding}"


def _run(db: sqlite3.Connection, row: tuple[Any, ...]) -> Iterator[str]:
    run, process, definition, epoch, head_seq, head_hash, status, started_by, ended_at = row
    events: list[Recorded] = []
    last, last_epoch = genesis(run, definition), 0
    for kept in db.execute(_EVENTS, (run,)):
        if kept[0] != len(events) + 1:
            yield f"event {len(events) + 1} is missing"
            return
        try:
            events.append(restored(run, kept))
        except JournalDamaged:
            yield f"event {kept[0]} is not what was written"
            return
        if kept[-2] != last:
            yield f"event {kept[0]} does not follow the one before it"
            return
        if not last_epoch <= kept[-3] <= epoch:
            yield f"event {kept[0]} was written by somebody who did not hold the run"
        last, last_epoch = kept[-1], kept[-3]
    if (head_seq, head_hash) != (len(events), last):
        yield "the newest events are missing"
    yield from _legal(events)
    yield from _fits(events, process, definition, status, started_by, ended_at)
    stored = db.execute("SELECT step, attempt, state FROM attempt WHERE run = ? ORDER BY step", (run,)).fetchall()
    if stored != sorted(_open_attempts(events)):
        yield "its open attempts are not those that its events leave open"


def _legal(events: list[Recorded]) -> Iterator[str]:
    """Whether each event could happen when it did, by the table of transitions."""
    statuses: dict[str, Status] = {}
    over = False
    for recorded in events:
        event = recorded.event
        again = event.type in _AGAIN or (event.type == "StepReopened" and (event.step or "").endswith(".undo"))
        if (over and not again and event.type not in REMARKS) or (event.type == "RunStarted") != (recorded.seq == 1):
            yield f"event {recorded.seq} ({event.type}) is not possible there"
            return
        over = ends_run(recorded) or (over and event.type not in _AGAIN)
        if event.type in TRANSITIONS:
            before, after = TRANSITIONS[event.type]
            status = statuses.get(event.step or "", Status.READY)
            if status not in before:
                yield f"event {recorded.seq} ({event.type}) is not possible: step `{event.step}` is `{status.value}`"
                return
            statuses[event.step or ""] = after
        elif event.type not in RUN_EVENTS:
            yield f"event {recorded.seq} ({event.type}) is of a type that this runbook does not know"


def _fits(
    events: list[Recorded], process: str, definition: str, status: str, started_by: str, ended_at: str
) -> Iterator[str]:
    """Whether the run's entry in the list of runs says what its events say."""
    if not events:
        return
    first = events[0]
    last = next((each for each in reversed(events) if each.event.type not in REMARKS), first)
    told = first.event.data
    if (told.get("process"), told.get("definition"), first.by) != (process, definition, started_by):
        yield "its entry names another beginning than its first event"
    ended = WITH_FAILURES if last.event.data.get("failures") else ENDS_RUN.get(last.event.type, "")
    right = (status, ended_at) == (ended, last.at) if ends_run(last) else status not in ENDED and not ended_at
    if not right:
        yield f"its entry says `{status}`, its events do not"


def _open_attempts(events: list[Recorded]) -> list[tuple[str, int | None, str]]:
    open: dict[str, tuple[str, int | None, str]] = {}
    for recorded in events:
        event = recorded.event
        if event.type in OPENS_ATTEMPT:
            open[event.step or ""] = (event.step or "", event.attempt or 0, OPENS_ATTEMPT[event.type])
        elif event.type in ENDS_ATTEMPT:
            open.pop(event.step or "", None)
        elif ends_run(recorded):
            open.clear()
    return list(open.values())
