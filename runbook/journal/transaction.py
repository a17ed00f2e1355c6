"""One writer's transaction on the journal of a run: its events, and the tables that follow from them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from runbook.errors import Conflict, JournalDamaged, Misuse, RunbookError
from runbook.journal.codec import canonical, chained, genesis, restored
from runbook.journal.store import PAST_RUNS, had_to_do
from runbook.run.events import ENDS_ATTEMPT, OPENS_ATTEMPT, SAYS_MORE, Recorded, due_of, ended_at, without_turns

NOW = "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
EVENTS = (
    "SELECT seq, at, type, step, attempt, actor, place, body, epoch, prev, hash FROM event"
    " WHERE run = ? AND seq > ? ORDER BY seq"
)
RESTORE = "restore the journal from a backup"


class Transaction:
    """One writer's transaction; see `store.Transaction`."""

    def __init__(self, db: sqlite3.Connection, run: str, epoch: int | None) -> None:
        self._db = db
        self._run = run
        row = db.execute(
            "SELECT epoch, head_seq, head_hash, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM run WHERE run = ?", (run,)
        ).fetchone()
        if row is None:
            raise unknown(run)
        if epoch is not None and row[0] != epoch:
            raise Conflict("somebody else has taken over this run", "watch it with `runbook status`")
        self._epoch, self.head, self._hash, self.now = row

    def events(self, after: int) -> list[Recorded]:
        with closing(self._db.execute(EVENTS, (self._run, after))) as rows:
            found = list(unbroken(self._run, after, rows, self.head))
        if (last := found[-1].seq if found else after) > self.head:
            raise JournalDamaged(f"run {self._run} has {last} events, not {self.head}", RESTORE)
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
            changed[step] = (*row[:6], canonical({**known_of(str(row[6])), **more}))
            return
        sql = "SELECT about FROM attempt WHERE run = ? AND step = ?"
        for (about,) in self._db.execute(sql, (self._run, step)).fetchall():
            said = canonical({**known_of(about), **more})
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
        holders = (known_of(about).get("work", {}).get("by", "") for (about,) in self._db.execute(sql))
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
        return had_to_do((type, at, known_of(body)) for type, at, path, body in rows if without_turns(path) == wanted)

    def define(self, definition: str, body: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO definition VALUES (?, ?)", (definition, body))

    def beside(self, run: str, process: str, definition: str, body: str, by: str) -> Transaction:
        insert(self._db, run, process, definition, body, by)
        return Transaction(self._db, run, None)


def insert(db: sqlite3.Connection, run: str, process: str, definition: str, body: str, by: str) -> None:
    """The row of a new run, and its definition when that is new too."""
    if db.execute("SELECT 1 FROM run WHERE run = ?", (run,)).fetchone():
        raise Conflict(f"there is a run {run} already", "choose another id")
    db.execute("INSERT OR IGNORE INTO definition VALUES (?, ?)", (definition, body))
    now = db.execute(NOW).fetchone()[0]
    db.execute(
        "INSERT INTO run (run, process, definition, head_hash, status, started_by, started_at)"
        " VALUES (?, ?, ?, ?, 'running', ?, ?)",
        (run, process, definition, genesis(run, definition), by, now),
    )


def unbroken(run: str, after: int, rows: Iterable[tuple[Any, ...]], head: int) -> Iterator[Recorded]:
    """The events in these rows, each the next one after the one before it, up to `head` at least."""
    last: Any = None
    for row in rows:
        if row[0] != after + 1 or (last is not None and row[-2] != last):
            raise JournalDamaged(f"event {after + 1} of run {run} is missing", RESTORE)
        yield restored(run, row)
        after, last = row[0], row[-1]
    if after < head:
        raise JournalDamaged(f"event {after + 1} of run {run} is missing", RESTORE)


def _of_any_turn(path: str) -> str:
    """The pattern of a step's path with any number for each of its turns."""
    parts = (["*" if mark.isdecimal() else mark for mark in part.split(".")] for part in path.split("/"))
    return "/".join(".".join(marks) for marks in parts)


def unknown(run: str) -> RunbookError:
    return Misuse(f"there is no run {run}", "see `runbook runs`")


def known_of(text: str) -> dict[str, Any]:
    """What is known of a step that waits; nothing where that was spoiled, so that it is listed all the same."""
    from json import loads

    try:
        return dict(loads(text))
    except (ValueError, TypeError):
        return {}
