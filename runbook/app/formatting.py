"""Definitions laid out in the one way: found, formatted, and written where they changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook.app.workspace import Workspace
from runbook.errors import Misuse, RunbookError


@dataclass(frozen=True, slots=True)
class Formatted:
    """One file before and after; `error` when it was left alone, with what is wrong with it."""

    path: Path
    before: bytes
    after: str = ""
    error: RunbookError | None = None

    @property
    def changed(self) -> bool:
        """True when the layout is not the one it should be."""
        return self.error is None and self.after.encode() != self.before


def format_files(workspace: Workspace, paths: tuple[Path, ...]) -> Iterator[Formatted]:
    """Each file of these paths, or of the whole project, as it would be; nothing is written."""
    from runbook.engine.definitions import read_bounded

    formatter = _Formatter(workspace)
    for path in dict.fromkeys(_files(workspace, paths)):
        content = b""
        try:
            content = read_bounded(path)
            yield Formatted(path, content, formatter.text(path, content))
        except RunbookError as error:
            yield Formatted(path, content, error=error)


def format_text(workspace: Workspace, path: Path, content: bytes) -> str:
    """One text as the file at that path would be; `Refused` when it can't be read."""
    return _Formatter(workspace).text(path, content)


def write_formatted(file: Formatted) -> None:
    """Put the text into the file, if nobody has changed it meanwhile."""
    from runbook.engine.definitions import replace_text

    replace_text(file.path, file.before, file.after)


def _files(workspace: Workspace, paths: tuple[Path, ...]) -> Iterator[Path]:
    from runbook.engine.definitions import files_below, files_of_project

    if not paths:
        here = Path.cwd()
        for path in files_of_project(workspace.root):
            yield path.relative_to(here) if path.is_relative_to(here) else path
    for path in paths:
        if path.is_dir():
            yield from files_below(path)
        elif not path.exists():
            raise Misuse(f"there is no file or folder `{path}`", "check the path")
        elif path.suffix not in (".yaml", ".yml"):
            raise Misuse(f"`{path}` is no YAML file", "name files that end in .yaml, or a folder")
        else:
            yield path


class _Formatter:
    """Knows which sort of file a path is, and keeps the schema of each."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._schemas: dict[object, Mapping[str, Any]] = {}

    def text(self, path: Path, content: bytes) -> str:
        from runbook.reading.formatting import formatted, schema_for
        from runbook.reading.layout import Role

        role = self._role(path)
        if role is Role.NONE and not path.name.endswith((".answers.yaml", ".test.yaml")):
            role = _role_by_content(content)
        if role not in self._schemas:
            self._schemas[role] = schema_for(role, self.workspace.kinds)
        return formatted(str(path), content, self._schemas[role])

    def _role(self, path: Path) -> Any:
        from runbook.engine.files import find_root
        from runbook.reading.layout import Role, entry_of

        full = path.absolute()
        root = find_root(full.parent)
        return entry_of(full.relative_to(root).as_posix()).role if root else Role.NONE


def _role_by_content(content: bytes) -> Any:
    """A file outside of every project is what its fields say."""
    from runbook.reading.layout import Role
    from runbook.reading.tree import read_tree

    tree, _ = read_tree("", content)
    data = tree.data if tree and isinstance(tree.data, dict) else {}
    return Role.PROCESS if {"runbook", "steps"} <= set(data) else Role.NONE
