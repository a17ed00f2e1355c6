"""The projects whose files are open in the editor: which one a file belongs to, and what is on the screen.

Rule 1: a file that is open counts as it stands on the screen, saved or not; every other one as it is on the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from runbook import app
from runbook.editing.desk import Desk

if TYPE_CHECKING:
    from runbook.engine.texts import Texts

_OWN_FOLDERS = ("data", "scripts")
"""Folders of a group whose files are none of the project's definitions."""


@dataclass(slots=True)
class Project:
    """One project: its desk, its files on the disk, and the addresses under which the editor knows open ones."""

    workspace: app.Workspace
    desk: Desk
    texts: Texts
    open: dict[str, str] = field(default_factory=dict)
    """By path from the root, the address that the editor uses."""

    def refresh(self, screen: Mapping[str, str]) -> None:
        """Look at the disk again, and lay what is on the screen over it."""
        self.texts = app.texts(self.workspace, self.texts)
        self.lay(screen)

    def lay(self, screen: Mapping[str, str]) -> None:
        """Lay what is on the screen, by address, over the files."""
        shown = {path: screen[uri].encode("utf-8", "surrogatepass") for path, uri in self.open.items() if uri in screen}
        unreadable = {path: why for path, why in self.texts.unreadable.items() if path not in shown}
        self.desk.lay({**self.texts.files, **shown}, unreadable)

    def uri(self, path: str) -> str:
        """The address of a file, as the editor writes it where it has it open."""
        return self.open.get(path) or (self.workspace.root / path).as_uri()


class Projects:
    """The projects that are open; `place` is the project that was named, when one was."""

    def __init__(self, place: Callable[[Path], app.Workspace], named: Path | None = None) -> None:
        self._place = place
        self._named = named.resolve() if named else None
        self._known: dict[Path, Project] = {}

    def __iter__(self) -> Iterator[Project]:
        return iter(self._known.values())

    def find(self, uri: str) -> tuple[Project, str] | None:
        """The project of a file and its path from there; None for one of no project, or of no meaning in it."""
        file = path_of(uri)
        root = self._root(file) if file else None
        if file is None or root is None:
            return None
        path = file.relative_to(root).as_posix()
        if not _counts(path):
            return None
        if root not in self._known:
            workspace = self._place(root)
            texts = app.texts(workspace)
            self._known[root] = Project(workspace, app.desk(workspace), texts)
        return self._known[root], path

    def _root(self, file: Path) -> Path | None:
        root = self._named or app.project_of(file)
        root = root.resolve() if root else None
        return root if root and file.is_relative_to(root) else None


def path_of(uri: str) -> Path | None:
    """The file at an address; None for what is no file of this machine."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    path = Path(unquote(parts.path))
    return path.parent.resolve() / path.name if path.is_absolute() else None


def _counts(path: str) -> bool:
    """True for a file that is, or could be, one of the project's own."""
    *folders, name = path.split("/")
    if not name.endswith((".yaml", ".yml")) or any(each.startswith(".") for each in (*folders, name)):
        return False
    if not folders:
        return name == "runbook.yaml"
    if folders[0] == "operations":
        return path == "operations/teams.yaml" or folders == ["operations", "people"]
    return folders[0] == "processes" and not set(folders[2:]) & set(_OWN_FOLDERS)
