"""The runs whose records are pages of the site: the newest of each process, as many as the project wants."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from runbook.app.using import past_run
from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from runbook.definition import Project
    from runbook.journal.store import RunRow
    from runbook.views.record import Record
    from runbook.views.site.runs import Kept

_PLAIN = re.compile(r"(?!index\Z)[a-z0-9][a-z0-9-]{0,63}")
"""A run that can be the name of a page; those of archives could be called anything."""


def kept_runs(workspace: Workspace, project: Project) -> tuple[Kept, ...]:
    """These runs, newest first, each with what makes its record when its page is wanted."""
    journal = workspace.existing_journal() if project.docs.runs != 0 else None
    if journal is None:
        return ()
    from runbook.views.site.runs import Kept

    heads = journal.heads()
    return tuple(
        Kept(past_run(row), row.process, f"{row.run} {heads.get(row.run, '')}", partial(record, workspace, row.run))
        for row in _wanted(list(journal.runs()), project)
    )


def _wanted(rows: list[RunRow], project: Project) -> Iterator[RunRow]:
    most, found = project.docs.runs, Counter[str]()
    for row in rows:
        if row.process in project.processes and _PLAIN.fullmatch(row.run):
            found[row.process] += 1
            if most is None or found[row.process] <= most:
                yield row


def record(workspace: Workspace, run: str) -> Record:
    """The record of a run for everybody."""
    from runbook.engine.look import look
    from runbook.views.record import gathered
    from runbook.views.record.withholding import confidential, for_everybody

    state = look(workspace.journal, run)
    events = list(workspace.journal.events(run))
    return for_everybody(gathered(state, events), confidential(state))


__all__ = ["kept_runs", "record"]
