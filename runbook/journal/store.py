"""The port of the journal: what every store can do, whatever keeps it.

Rule 1: `append` is all or nothing, and what it returned for is durable.
Rule 2: a store refuses an event out of sequence, one of an overtaken holder, and a second start or end of an attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from runbook.run.events import Recorded

if TYPE_CHECKING:
    from runbook.outcome import Json


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in a list of runs; the times are instants, `ended_at` is empty while it is open."""

    run: str
    process: str
    definition: str
    status: str
    started_at: str
    ended_at: str
    by: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One step that waits, as `inbox` lists it."""

    run: str
    process: str
    step: str
    attempt: int
    since: str
    due: str
    about: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class LockRow:
    """A place of a run inside of a critical section, or before one that others are inside of (not `granted`)."""

    run: str
    place: str
    key: str
    limit: int
    granted: bool
    since: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """One open run that may go on by itself, as its rows tell; `head` is the number of its newest event."""

    run: str
    process: str
    head: int
    due: str
    """The earliest instant that has come; empty when it is only that programs are ready or under way."""


OPEN = ("running", "waiting", "blocked")
"""The statuses of runs in which time makes something happen."""


class Transaction(Protocol):
    """The one writer of one run, between its beginning and its commit."""

    now: str
    head: int
    """Number of the run's newest event; 0 for a run that is only being created."""

    def events(self, after: int) -> list[Recorded]:
        """The run's events with a number above `after`, in order."""

    def append(self, events: Sequence[Recorded], status: str) -> None:
        """Add these events and set the run's status, which follows from them."""

    def set_locks(self, locks: Mapping[str, tuple[str, int, bool]]) -> None:
        """The run's locks from now on, by place: the key, the limit, and whether the run has it."""

    def holders(self, key: str) -> list[str]:
        """The other runs that are inside of a critical section, each as often as it is."""

    def loads(self) -> dict[str, int]:
        """How many steps each person has claimed, in all open runs."""

    def past(self, step: str) -> dict[str, tuple[int, str, int]]:
        """Who had to do with a step of this process, in any of its turns, in the newest `PAST_RUNS` runs of it.

        Each with how often they did it, when they last had it, and the place of the newest time that a rule gave it to
        them among all such times, from 1; 0 when none did.
        """

    def define(self, definition: str, body: str) -> None:
        """Store the text of another definition, for a run that adopts it."""

    def beside(self, run: str, process: str, definition: str, body: str, by: str) -> Transaction:
        """Make another run in the same transaction; its writer."""


First = Callable[[Transaction], None]
"""Adds the first events of a run that is being made."""


class Store(Protocol):
    """A journal of runs."""

    def write(self, run: str, epoch: int | None = None) -> AbstractContextManager[Transaction]:
        """The transaction of one writer; committed at its end, rolled back on an error.

        `epoch` is the holder's, None for somebody who only has news. `Conflict` when the run has been taken over.
        """

    def create(self, run: str, process: str, definition: str, body: str, by: str, begin: First | None = None) -> None:
        """Make a run bound to a definition, whose text `body` is stored once; `Conflict` if it exists.

        `begin` adds the first events in the same transaction, so that no run is ever made and not begun.
        """

    def take(self, run: str) -> int:
        """The epoch of a new holder: whoever held the run before can't write any more."""

    def row(self, run: str) -> RunRow | None:
        """One run; None when there is none of that id."""

    def runs(self) -> Iterator[RunRow]:
        """All runs, newest first."""

    def heads(self) -> dict[str, str]:
        """What stands for the newest event of every run: while it is as it was, nothing has happened in the run."""

    def matching(self, prefix: str) -> list[str]:
        """The ids of the runs that begin with `prefix`."""

    def definition(self, hash: str) -> str:
        """The stored text of a definition."""

    def events(self, run: str, after: int = 0) -> Iterator[Recorded]:
        """A run's events in order."""

    def waiting(self) -> Iterator[WaitingRow]:
        """Every step of every open run that waits, oldest first."""

    def locks(self) -> Iterator[LockRow]:
        """Every lock of every open run, those granted first."""

    def due(self) -> list[DueRow]:
        """Every open run that may go on by itself now, what time has made due first, then oldest first."""

    def next_due(self) -> str:
        """The next instant, still to come, at which time makes something happen in a run; empty when none is known."""

    def changes(self) -> int:
        """A number that changes when another process has written."""

    def close(self) -> None:
        """Let go of the store."""


PAST_RUNS = 1_000
"""How many of the newest runs of a process are asked who had to do with a step of it."""


def had_to_do(events: Iterable[tuple[str, str, Mapping[str, Json]]]) -> dict[str, tuple[int, str, int]]:
    """What `Transaction.past` tells, by these events of one step as (type, at, data), oldest first."""
    found: dict[str, tuple[int, str, int]] = {}
    for place, (type, at, data) in enumerate(events, 1):
        if type == "WorkAssigned":
            done, _, given = found.get(data["to"], (0, "", 0))
            found[data["to"]] = (done, at, place if data.get("rule") else given)
        elif type == "StepSucceeded" and (by := data.get("reply", {}).get("by")):
            done, _, given = found.get(by, (0, "", 0))
            found[by] = (done + 1, at, given)
    return found
