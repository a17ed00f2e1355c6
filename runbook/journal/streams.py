"""The port of the streams in a journal: each work item is a stream of events, and the department has one of its own.

Rule 1: one writer at a time writes to all streams, so that a limit over many items holds however many people move one.
Rule 2: an event with a key happens once only; whoever brings it again is told so, and nothing of theirs is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from runbook.run.events import Event, Recorded

DEPARTMENT = "department"
"""The id of the stream of what concerns no single item: plans, overrides on call, duties."""


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One stream in a list; the times are instants, `wake` is empty when time makes nothing happen in it."""

    stream: str
    kind: str
    head: int
    open: bool
    opened_at: str
    last_at: str
    wake: str


class Writing(Protocol):
    """One writer's transaction over all streams, between its beginning and its commit."""

    now: str

    def events(self, stream: str) -> list[Recorded]:
        """The events of a stream in order; none when there is no such stream."""

    def open(self, kind: str = "") -> Iterator[tuple[str, list[Recorded]]]:
        """Every open stream of that kind, all but the department's when it is empty, oldest first, with its events."""

    def number(self, prefix: str) -> str:
        """The next free id that begins so: `INC-41` after `INC-40`."""

    def once(self, key: str) -> bool:
        """True when an event with that key has happened already."""

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
        """Add events to a stream, which is made when it is new; `at` is a time before now, for what is entered late.

        `keys` are what happens once only with these events; `Conflict` when one of them has happened already.
        """

    def settle(self, stream: str, wake: str) -> None:
        """Set when time makes something happen in a stream, which nothing that has happened changes."""

    def define(self, hash: str, body: str) -> None:
        """Store a text that events name by its hash."""


class Streams(Protocol):
    """The streams of one journal."""

    def write(self) -> AbstractContextManager[Writing]:
        """The transaction of one writer; committed at its end, rolled back on an error."""

    def row(self, stream: str) -> StreamRow | None:
        """One stream; None when there is none of that id."""

    def rows(self, since: str = "") -> list[StreamRow]:
        """Every stream but the department's in which something has happened at or after `since`, oldest first."""

    def events(self, stream: str, after: int = 0) -> list[Recorded]:
        """A stream's events in order; each was checked to be what was written."""

    def kept(self, stream: str) -> list[tuple[Any, ...]]:
        """A stream's events as they are kept (`laws.COLUMNS`), whether or not they are what was written."""

    def open_count(self) -> int:
        """How many streams are open, the department's not counted."""

    def open(self, kind: str = "") -> Iterator[tuple[str, list[Recorded]]]:
        """As `Writing.open`, as it stands now."""

    def all(self, since: str = "", kind: str = "") -> Iterator[tuple[str, list[Recorded]]]:
        """Every stream but the department's in which something has happened since then, with all its events.

        `kind` leaves out those that were begun as another one.
        """

    def heads(self, since: str) -> dict[str, str]:
        """What the newest event of each stream is known by: of all that are open, and that have changed since then."""

    def holding(
        self, types: Collection[str], among: Collection[str] | None = None, since: str = ""
    ) -> Iterator[tuple[str, list[Recorded]]]:
        """As `all`, only those that hold an event of one of these types; of these streams, where they are named."""

    def keyed(self, key: str) -> str:
        """The stream in which the event with that key happened; empty when none has."""

    def due(self) -> list[StreamRow]:
        """The streams in which time makes something happen now, longest due first."""

    def next_wake(self) -> str:
        """The next instant at which time makes something happen; empty when none is known."""

    def definition(self, hash: str) -> str:
        """A text that events name by its hash."""
