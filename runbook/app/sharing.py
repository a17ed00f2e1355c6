"""Who may use a folder of runs together, and for which projects."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.engine.sharing import Shared


def share(workspace: Workspace, group: str, no_longer: Sequence[Path] = ()) -> Shared:
    """Share the folder of runs, made when it is missing, with a system group; its journal is there from then on.

    It is shared for the project at hand, besides those that it was shared for before, but `no_longer` for some.
    """
    from runbook.engine.binding import bound_to
    from runbook.engine.sharing import share as share_with
    from runbook.journal.sqlite import Journal

    home = workspace.named_home
    gone = [os.path.realpath(each) for each in no_longer]
    for each in gone:
        if each not in bound_to(home):
            raise Misuse(f"the runs in {home} are not shared for {each}", "`runbook share` without it tells for which")
    try:
        projects = [] if gone else [str(workspace.root)]
    except Misuse:
        if workspace.project is not None or not bound_to(home):
            raise
        projects = []
    if not (home / "journal.db").exists():
        Journal(home / "journal.db").close()
    workspace.keep_out_of_git()
    return share_with(home, group, projects, gone)


def check_project(workspace: Workspace, root: str) -> None:
    """Nothing when runs of the project in that folder may be begun here; `Refused` where they are shared for others."""
    from runbook.engine.binding import check_bound

    check_bound(workspace.home, root)
