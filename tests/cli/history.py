"""Work of the past, written into the journal of a project through its one writer, each event at its time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook import app
from runbook.operations import commands as c
from runbook.operations.seconds import instant_of, seconds
from runbook.run.events import Event

H, D = 3600, 86400
CYCLES = (1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 12, 14, 20, 31)
"""The days that the requests of the vector took."""


class Past:
    """A journal to which work of the past is added; times are seconds before or after its `now`."""

    def __init__(self, project: Path, home: Path) -> None:
        self.workspace = app.Workspace(project, project, home)
        self.now = seconds(app.now())

    def item(self, opened: int, *steps: tuple[int, c.Command], **told: Any) -> str:
        """An item that was opened then, and of which each of these was asked at its time; its id."""
        words: Mapping[str, Any] = {"kind": "request", "title": "A request", **told}
        work = app.worklist(self.workspace)
        id = work.open(c.Open(**words), at=instant_of(opened)).id
        for at, command in steps:
            work.ask(id, command, at=instant_of(at))
        return id

    def plan(self, week: str, items: list[str], at: int) -> None:
        """What was committed to for a week then."""
        event = Event("PlanCommitted", data={"week": week, "items": items, "days": 1.0})
        with self.workspace.journal.streams.write() as writing:
            writing.append("department", "department", [event], "ana", at=instant_of(at))

    def finished(self, opened: int, cycle: int, person: str, **told: Any) -> str:
        """An item that was committed to when it was opened, worked on at once, and resolved."""
        return self.item(opened, *begun(opened, person), (opened + cycle, done()), **told)


def begun(at: int, person: str) -> tuple[tuple[int, c.Command], ...]:
    """What takes an item into work."""
    return (at, c.Assign(person)), (at, c.Move("ready")), (at, c.Move("doing"))


def done() -> c.Command:
    """What ends an item."""
    return c.Resolve("done", proof="seen")
