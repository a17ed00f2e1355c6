"""The journal in memory: for tests and for trying a process without leaving a trace."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from runbook.errors import Conflict, JournalDamaged, Misuse
from runbook.instants import instant
from runbook.journal.codec import canonical
from runbook.journal.store import (
    OPEN,
    PAST_RUNS,
    DueRow,
    First,
    LockRow,
    RunRow,
    WaitingRow,
    had_to_do,
)
from runbook.run.events import (
    COMPLETES,
    ENDS_ATTEMPT,
    OPENS_ATTEMPT,
    SAYS_MORE,
    Event,
    Recorded,
    due_of,
    ended_at,
    without_turns,
)

if TYPE_CHECKING:
    from runbook.journal.stream_tables import Streams


def _clock() -> str:
    return instant(datetime.datetime.now(datetime.UTC))


@dataclass(slots=True)
class _Run:
    row: RunRow
    epoch: int = 0
    events: list[Recorded] = field(default_factory=list)
    marks: set[tuple[str, ...]] = field(default_factory=set)
    """What may happen once only: starts and ends of attempts, completions of steps."""
    locks: dict[str, LockRow] = field(default_factory=dict)


class Journal:
    """A journal of runs that is gone with the program; `Store` says what each method does."""

    def __init__(self, clock: Callable[[], str] = _clock) -> None:
        self._clock = clock
        self._runs: dict[str, _Run] = {}
        self._definitions: dict[str, str] = {}

    @cached_property
    def streams(self) -> Streams:
        """What has happened besides runs: work items, and the department."""
        from runbook.journal.stream_tables import in_memory

        return in_memory(self._clock)

    @contextmanager
    def write(self, run: str, epoch: int | None = None) -> Iterator[_Transaction]:
        if run not in self._runs:
            raise Misuse(f"there is no run {run}", "see `runbook runs`")
        kept = self._runs[run]
        if epoch is not None and epoch != kept.epoch:
            raise Conflict("somebody else has taken over this run", "watch it with `runbook status`")
        transaction = _Transaction(self, kept, self._clock())
        yield transaction
        if self._runs[run] is not kept:
            raise Conflict("another writer was first (meanwhile)", "look at the run again, then try again")
        self._commit(transaction)

    def _commit(self, transaction: _Transaction) -> None:
        for each in (transaction, *transaction.others):
            self._runs[each.run.row.run] = each.run
            for definition, body in each.definitions.items():
                self._definitions.setdefault(definition, body)

    def create(self, run: str, process: str, definition: str, body: str, by: str, begin: First | None = None) -> None:
        if run in self._runs:
            raise Conflict(f"there is a run {run} already", "choose another id")
        transaction = self._new(run, process, definition, body, by)
        if begin:
            begin(transaction)
        self._commit(transaction)

    def _new(self, run: str, process: str, definition: str, body: str, by: str) -> _Transaction:
        if run in self._runs:
            raise Conflict(f"there is a run {run} already", "choose another id")
        row = RunRow(run, process, definition, "running", self._clock(), "", by)
        made = _Transaction(self, _Run(row), self._clock())
        made.definitions[definition] = body
        return made

    def take(self, run: str) -> int:
        if run not in self._runs:
            raise Misuse(f"there is no run {run}", "see `runbook runs`")
        self._runs[run] = replace(self._runs[run], epoch=self._runs[run].epoch + 1)
        return self._runs[run].epoch

    def row(self, run: str) -> RunRow | None:
        return self._runs[run].row if run in self._runs else None

    def runs(self) -> Iterator[RunRow]:
        rows = (kept.row for kept in self._runs.values())
        return iter(sorted(rows, key=lambda row: (row.started_at, row.run), reverse=True))

    def heads(self) -> dict[str, str]:
        return {run: str(len(kept.events)) for run, kept in self._runs.items()}

    def matching(self, prefix: str) -> list[str]:
        return [run for run in self._runs if run.startswith(prefix)]

    def definition(self, hash: str) -> str:
        if hash not in self._definitions:
            raise JournalDamaged(f"definition {hash[:12]} is missing", "restore the journal from a backup")
        return self._definitions[hash]

    def events(self, run: str, after: int = 0) -> Iterator[Recorded]:
        return iter(self._runs[run].events[after:])

    def waiting(self) -> Iterator[WaitingRow]:
        rows: list[WaitingRow] = []
        for kept in self._runs.values():
            open: dict[str, WaitingRow] = {}
            for recorded in kept.events:
                event = recorded.event
                if event.type in ("StepWaiting", "StepInDoubt"):
                    due = due_of(event.data)
                    open[event.step or ""] = WaitingRow(
                        kept.row.run,
                        kept.row.process,
                        event.step or "",
                        event.attempt or 0,
                        recorded.at,
                        due,
                        event.data,
                    )
                elif event.type == "StepOverdue" and event.step in open:
                    open[event.step] = replace(open[event.step], due=event.data["until"])
                elif event.type in SAYS_MORE and event.step in open:
                    row = open[event.step]
                    more = {name: event.data[name] for name in ("work", "awaits") if name in event.data}
                    open[event.step] = replace(row, about={**row.about, **more})
                elif event.type in ENDS_ATTEMPT or event.type in OPENS_ATTEMPT:
                    open.pop(event.step or "", None)
            rows += open.values()
        return iter(sorted(rows, key=lambda row: (row.since, row.run, row.step)))

    def locks(self) -> Iterator[LockRow]:
        rows = (row for kept in self._runs.values() for row in kept.locks.values())
        return iter(sorted(rows, key=lambda row: (not row.granted, row.since, row.run, row.place)))

    def due(self) -> list[DueRow]:
        now, rows = self._clock(), []
        for kept in self._runs.values():
            row, head = kept.row, len(kept.events)
            due = min((each for each in _times(kept) if each <= now), default="")
            if row.status == "running" or (row.status in OPEN and (due or self._may_enter(kept))):
                rows.append((not due, due, row.started_at, row.run, DueRow(row.run, row.process, head, due)))
        return [each[-1] for each in sorted(rows, key=lambda each: each[:4])]

    def _may_enter(self, kept: _Run) -> bool:
        """True when the run waits for others to leave a critical section, and enough of them have."""
        granted = [row.key for row in self.locks() if row.granted]
        return any(not row.granted and granted.count(row.key) < row.limit for row in kept.locks.values())

    def next_due(self) -> str:
        now = self._clock()
        return min((each for kept in self._runs.values() for each in _times(kept) if each > now), default="")

    def changes(self) -> int:
        return 0

    def close(self) -> None:
        """Nothing to let go of."""


def _times(kept: _Run) -> list[str]:
    """The instants at which time makes something happen in a run."""
    times: dict[str, str] = {}
    for recorded in [] if kept.row.ended_at else kept.events:
        event = recorded.event
        if event.type == "StepOverdue" or event.type in OPENS_ATTEMPT or event.type in ENDS_ATTEMPT:
            times.pop(event.step or "", None)
        opens = event.type == "StepOverdue" or event.type in OPENS_ATTEMPT
        if opens and (due := due_of(event.data)):
            times[event.step or ""] = due
    return list(times.values())


class _Transaction:
    """One writer's transaction on a copy of the run."""

    def __init__(self, journal: Journal, run: _Run, now: str) -> None:
        self.journal = journal
        self.others: list[_Transaction] = []
        self.definitions: dict[str, str] = {}
        self.run = replace(run, events=list(run.events), marks=set(run.marks))
        self.now = now
        self.head = len(run.events)

    def events(self, after: int) -> list[Recorded]:
        return self.run.events[after:]

    def append(self, events: Sequence[Recorded], status: str) -> None:
        for recorded in events:
            if recorded.seq != self.head + 1:
                raise Conflict("another writer was first (out of sequence)", "look at the run again, then try again")
            event = recorded.event
            self._mark(event)
            self.head = recorded.seq
            self.run.events.append(recorded._replace(event=event._replace(data=json.loads(canonical(event.data)))))
        ended = ended_at(events, status)
        kept = self.run.row.ended_at if ended is None else ended
        self.run.row = replace(self.run.row, status=status, ended_at=kept)

    def set_locks(self, locks: Mapping[str, tuple[str, int, bool]]) -> None:
        name = self.run.row.run
        self.run.locks = {at: LockRow(name, at, *lock, self.now) for at, lock in locks.items()}

    def holders(self, key: str) -> list[str]:
        rows = self.journal.locks()
        return [row.run for row in rows if row.key == key and row.granted and row.run != self.run.row.run]

    def loads(self) -> dict[str, int]:
        holders = (row.about.get("work", {}).get("by", "") for row in self.journal.waiting())
        return dict(Counter(each for each in holders if each))

    def past(self, step: str) -> dict[str, tuple[int, str, int]]:
        runs = [each for each in self.journal._runs.values() if each.row.process == self.run.row.process]
        wanted = without_turns(step)
        events = (each for run in runs[-PAST_RUNS:] for each in run.events if each.event.step)
        of_step = (each for each in events if without_turns(each.event.step or "") == wanted)
        ordered = sorted(of_step, key=lambda each: each.at)
        return had_to_do((each.event.type, each.at, each.event.data) for each in ordered)

    def define(self, definition: str, body: str) -> None:
        self.definitions[definition] = body

    def beside(self, run: str, process: str, definition: str, body: str, by: str) -> _Transaction:
        self.others.append(self.journal._new(run, process, definition, body, by))
        return self.others[-1]

    def _mark(self, event: Event) -> None:
        if event.step is None:
            return
        marks: list[tuple[str, ...]] = []
        if event.type == "StepStarted":
            marks.append(("start", event.step, str(event.attempt)))
        if event.type in ENDS_ATTEMPT and event.attempt:
            marks.append(("end", event.step, str(event.attempt)))
        if event.type in ("StepReopened", "StepTakenUp"):
            self.run.marks.discard(("completion", event.step))
        if event.type in COMPLETES:
            marks.append(("completion", event.step))
        for mark in marks:
            if mark in self.run.marks:
                raise Conflict(f"another writer was first (second {mark[0]})", "look at the run again, then try again")
            self.run.marks.add(mark)
