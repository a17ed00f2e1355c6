"""What time makes happen to work items: thresholds and rungs come, waits end; each once, however many look after it.

Besides, at intervals, what else is to be done while nobody watches, such as opening duties.

Rule 1: only an item whose row says that its time has come is read.
Rule 2: what is wrong with one item is told, and stops no other; it is looked at again a minute later.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from runbook.errors import Conflict, RunbookError
from runbook.instants import later

if TYPE_CHECKING:
    from runbook.engine.worklist import Worklist
    from runbook.journal.streams import Streams
    from runbook.operations.item import Item
    from runbook.run.events import Recorded

_LATER = 60.0
"""Seconds after which an item that could not be read is looked at again."""


@dataclass(slots=True)
class Chore:
    """Something that is done again and again: every so many seconds; what it did comes back in words."""

    name: str
    every: float
    do: Callable[[], Iterable[str]]
    due: float = 0.0
    """When it is due, by the clock that is never set."""


@dataclass(slots=True)
class Timekeeper:
    """Looks after the items of one journal; `worklist` is made anew whenever something has come, since files change."""

    streams: Streams
    worklist: Callable[[], Worklist]
    told: Callable[[Item, Recorded], None]
    failed: Callable[[str, RunbookError], None] = lambda id, error: None
    clock: Callable[[], str] = str
    chores: tuple[Chore, ...] = ()
    said: Callable[[str], None] = lambda line: None
    """Is told what the chores did."""
    _resting: dict[str, str] = field(default_factory=dict)

    def round(self) -> int:
        """Record what has come for every item whose time has come, then do the chores; how many items there were."""
        rows = [row for row in self.streams.due() if self._resting.get(row.stream, "") <= self.clock()]
        work = self.worklist() if rows else None
        for row in rows:
            assert work is not None
            self._resting.pop(row.stream, None)
            try:
                item = work.wake(row.stream)
            except Conflict:  # somebody else was quicker, and has recorded it
                continue
            except RunbookError as error:
                self._resting[row.stream] = later(self.clock(), _LATER)
                self.failed(row.stream, error)
                continue
            for recorded in item.events:
                if recorded.seq > row.head:
                    self.told(item, recorded)
        for chore in self.chores:
            self._do(chore)
        return len(rows)

    def _do(self, chore: Chore) -> None:
        if time.monotonic() < chore.due:
            return
        try:
            for line in chore.do():
                self.said(line)
        except Conflict:  # somebody else is at it
            pass
        except RunbookError as error:
            self.failed(chore.name, error)
        chore.due = time.monotonic() + chore.every

    def pause(self) -> float:
        """Seconds until a chore is due; a long time when there is none."""
        return max(0.0, min((chore.due for chore in self.chores), default=inf) - time.monotonic())

    def next_due(self) -> str:
        """The next instant at which something comes for an item; empty when none is known."""
        return min(filter(None, (self.streams.next_wake(), *self._resting.values())), default="")
