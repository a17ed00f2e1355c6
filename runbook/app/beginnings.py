"""Beginnings: a new project, a new process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runbook.app.workspace import Workspace


def starters() -> list[str]:
    """The libraries of processes that a new project can start with."""
    from runbook.engine.starting import starters as known

    return known()


def init(workspace: Workspace, folder: Path, title: str, owner: str, starter: str = "") -> list[str]:
    """Make a project in the folder, with a first process or with a starter's: the files written, none overwritten."""
    from runbook.engine.starting import new_project

    return new_project(folder, workspace.kinds, title, owner, starter)


def check_new(workspace: Workspace, id: str) -> None:
    """`Misuse` when there can't be a new process of that id: it is none, or it is taken."""
    from runbook.engine.starting import check_new as check

    check(workspace.root, id)


def owned(workspace: Workspace, group: str) -> bool:
    """True for a process group that is there already, so that its processes have an owner."""
    return (workspace.root / "processes" / group / "group.yaml").exists()


def new_process(
    workspace: Workspace, id: str, title: str, owner: str, steps: Sequence[str], template: str
) -> list[str]:
    """Add a process to the project, and its group when that is new: the files written, none overwritten."""
    from runbook.engine.starting import new_process as add

    return add(workspace.root, workspace.kinds, id, title, owner, steps, template)
