"""What time makes happen to work items: thresholds and rungs come, waits end; each once, however many look after it.

Rule 1: only an item whose row says that its time has come is read.
Rule 2: what is wrong with one item is told, and stops no other; it is looked at again a minute later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
class Timekeeper:
    """Looks after the items of one journal; `worklist` is made anew whenever something has come, since files change."""

    streams: Streams
    worklist: Callable[[], Worklist]
    told: Callable[[Item, Recorded], None]
    failed: Callable[[str, RunbookError], None] = lambda id, error: None
    clock: Callable[[], str] = str
    _resting: dict[str, str] = field(default_factory=dict)

    def round(self) -> int:
        """Record what has come for every item whose time has come; how many there were."""
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
        return len(rows)

    def next_due(self) -> str:
        """The next instant at which something comes for an item; empty when none is known."""
        return min(filter(None, (self.streams.next_wake(), *self._resting.values())), default="")
