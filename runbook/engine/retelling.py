"""A run as it stands by events and definitions that are kept anywhere: in an archive, or taken from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from runbook.engine.look import look
from runbook.journal.laws import status_after
from runbook.journal.store import RunRow, Store
from runbook.run.events import Recorded
from runbook.run.state import RunState


def retold(run: str, process: str, definition: str, events: Sequence[Recorded], text: Callable[[str], str]) -> RunState:
    """The run after these events; `text` gives a stored text by its hash. `JournalDamaged` when they make no sense."""
    status, ended_at = status_after(events)
    row = RunRow(run, process, definition, status or "running", events[0].at, ended_at, events[0].by)
    return look(cast(Store, _Kept(row, events, text)), run)


@dataclass(frozen=True, slots=True)
class _Kept:
    """As much of a journal as looking at one run asks for."""

    entry: RunRow
    recorded: Sequence[Recorded]
    text: Callable[[str], str]

    def row(self, run: str) -> RunRow:
        """The entry of the run."""
        return self.entry

    def definition(self, hash: str) -> str:
        """A stored text."""
        return self.text(hash)

    def events(self, run: str, after: int = 0) -> Iterator[Recorded]:
        """The events in order."""
        return iter(self.recorded[after:])
