"""The one writer of the department's own stream: plans of weeks, and what is taken and swapped on call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.engine.identity import Actor
from runbook.journal.streams import DEPARTMENT

if TYPE_CHECKING:
    from runbook.journal.streams import Streams
    from runbook.run.events import Event, Recorded


@dataclass(frozen=True, slots=True)
class DepartmentLog:
    """The department's stream in one journal, for one person."""

    streams: Streams
    actor: Actor
    person: str

    def events(self) -> list[Recorded]:
        """All that has happened."""
        return self.streams.events(DEPARTMENT)

    def record(self, decide: Callable[[Sequence[Recorded], str], Event], keys: Sequence[str] = ()) -> Recorded:
        """Record what is decided of all that has happened until this instant, in one transaction."""
        with self.streams.write() as writing:
            event = decide(writing.events(DEPARTMENT), writing.now)
            (done,) = writing.append(DEPARTMENT, DEPARTMENT, [event], self.person, keys=keys, where=self.actor.where)
            return done
