"""Who may use a folder of runs together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from runbook.engine.sharing import Shared


def share(workspace: Workspace, group: str) -> Shared:
    """Share the folder of runs, made when it is missing, with a system group; its journal is there from then on."""
    from runbook.engine.sharing import share as share_with
    from runbook.journal.sqlite import Journal

    home = workspace.named_home
    if not (home / "journal.db").exists():
        Journal(home / "journal.db").close()
    workspace.keep_out_of_git()
    return share_with(home, group)
