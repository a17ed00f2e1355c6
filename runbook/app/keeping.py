"""Runs that go on while nobody watches: taken up in this person's name, by one pass or for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.carrying import usual_parallel
from runbook.app.worklists import worklist
from runbook.app.workspace import Workspace, now
from runbook.errors import Conflict

if TYPE_CHECKING:
    from runbook.engine.keeper import Keeper
    from runbook.engine.unattended import Passage
    from runbook.operations.item import Item
    from runbook.run.events import Recorded
    from runbook.run.state import RunState

_DUTIES = 60.0
"""Seconds between two looks at what is due by a schedule."""
_DAEMON = "daemon"
"""The name of the daemon's lock, beside the journal."""


def keeper(
    workspace: Workspace,
    max_runs: int,
    reported: Callable[[Passage], None],
    told: Callable[[Recorded, RunState], None] = lambda recorded, state: None,
    warned: Callable[[str], None] = lambda text: None,
    news: Callable[[Item, Recorded], None] = lambda item, recorded: None,
    said: Callable[[str], None] = lambda line: None,
) -> Keeper:
    """Who takes up the runs that may go on; `told` and `warned` are called by the threads of the runs.

    `news` is told what time has made happen to work items, `said` what else was done for the department.
    """
    from runbook.engine.keeper import Keeper
    from runbook.engine.timekeeper import Chore, Timekeeper
    from runbook.engine.unattended import Unattended

    def parallel(root: Path) -> int:
        return usual_parallel(replace(workspace, project=root))

    unattended = Unattended(lambda: replace(workspace).book, workspace.actor, workspace.home, parallel, told, warned)
    timekeeper = Timekeeper(
        workspace.journal.streams,
        lambda: worklist(workspace),
        news,
        lambda id, error: warned(f"{id}: {error}"),
        now,
        (Chore("duties", _DUTIES, lambda: _opened(workspace)),),
        said,
    )
    return Keeper(workspace.book, unattended, max_runs, reported, now, timekeeper)


def _opened(workspace: Workspace) -> Iterator[str]:
    """Open the duties that are due; what was opened, in words."""
    from runbook.app.calendars import department_zone
    from runbook.app.recurring import open_duties
    from runbook.operations.wall import NAMED, local

    found = open_duties(workspace)
    for each in found.opened:
        what = f"{each.item}  opened" if each.item else f"not opened, as {each.refused}"
        yield f"{what}: {each.occurrence.process} is due"
    for missed in found.missed:
        yield f"{missed.process} was missed: it was due {local(missed.instant, department_zone(workspace), NAMED)}"


@contextmanager
def sole_daemon(workspace: Workspace) -> Iterator[None]:
    """Be the one daemon of these runs while the block runs; `Conflict` names the other one."""
    from runbook.engine.lease import hold, holder

    with ExitStack() as stack:
        try:
            stack.enter_context(hold(workspace.home, _DAEMON, workspace.actor))
        except Conflict:
            raise Conflict(
                f"a daemon looks after the runs in {workspace.home} already: {holder(workspace.home, _DAEMON)}",
                "end that one first, or leave it to it",
            ) from None
        yield
