"""What an editor needs of a project: a desk for its files, and what these hold. Nothing is run, nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from runbook.editing.desk import Desk
    from runbook.engine.texts import Texts


def desk(workspace: Workspace) -> Desk:
    """An empty desk for the project."""
    from runbook.editing.desk import Desk

    return Desk(workspace.kinds)


def texts(workspace: Workspace, before: Texts | None = None) -> Texts:
    """What the files of the project hold; `before`, given again, spares reading those that have not changed."""
    from runbook.engine.texts import Texts, read_texts

    return read_texts(workspace.root, before or Texts())


def project_of(file: Path) -> Path | None:
    """The folder of the project that a file belongs to; None when it belongs to none."""
    from runbook.engine.files import find_root

    return find_root(file.parent)
