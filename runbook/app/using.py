"""What the runs prove: how every process was used, and how its definition has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from runbook.definition import Process
    from runbook.journal.sqlite import Journal
    from runbook.journal.store import RunRow
    from runbook.revision import Revisions
    from runbook.run.events import Recorded
    from runbook.run.tally import PastRun
    from runbook.run.usage import Usage


def past_run(row: RunRow) -> PastRun:
    """A run of the list as histories tell of it."""
    from runbook.instants import between
    from runbook.run.tally import PastRun

    seconds = between(row.started_at, row.ended_at) if row.ended_at else None
    return PastRun(row.run, row.status, row.started_at, row.ended_at, row.by, seconds)


def usage(workspace: Workspace, processes: Mapping[str, Process] | None = None) -> Mapping[str, Usage]:
    """How every process that was ever run was used, by its id, in one pass over the journal.

    With the `processes` there are, one that was carried out as a part of another is proved by that as well.
    """
    from runbook.run.usage import with_parts

    journal = workspace.existing_journal()
    if journal is None:
        return {}
    told = _counted(workspace, journal)
    return told if processes is None else with_parts(told, processes)


def _counted(workspace: Workspace, journal: Journal) -> Mapping[str, Usage]:
    """The same, from what was counted before when nothing has happened in any run since."""
    from runbook.engine.cache import USED
    from runbook.run.usage import usages, usages_from_json, usages_to_json

    heads = sorted(journal.heads().items())  # before anything else is read: what happens meanwhile is counted again
    key = hashlib.sha256(repr(heads).encode()).hexdigest()
    before = USED.load(workspace.shelf)
    if before.get("heads") == key and (kept := usages_from_json(before.get("usages"))) is not None:
        return kept

    def found() -> Iterator[tuple[str, PastRun, Iterator[Recorded]]]:
        for row in list(journal.runs()):  # a reading is closed before the next one begins
            yield row.process, past_run(row), journal.events(row.run)

    told = usages(found())
    USED.save(workspace.shelf, {"heads": key, "usages": usages_to_json(told)}, before)
    return told


DEFINITIONS = ("runbook.yaml", "processes", "operations")
"""Where the definitions of a project stand."""


def revisions(workspace: Workspace, pages: str = "") -> Revisions:
    """How the definitions of the project have changed, and the files in the folder `pages`, by one call of git."""
    from runbook.engine.changes import revisions as read

    return read(workspace.root, DEFINITIONS, (pages,) if pages else ())


__all__ = ["past_run", "revisions", "usage"]
