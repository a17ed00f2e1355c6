"""Whether the procedures of a project are kept up to date: owned, used, reviewed, with links that lead somewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.definitions import read_all
from runbook.app.pages import flaws
from runbook.app.using import usage
from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from runbook.diagnostics import Diagnostic
    from runbook.reading.allowing import Allowed
    from runbook.reading.currency import Around, Proof
    from runbook.reading.library import Library
    from runbook.run.usage import Usage
    from runbook.source import Source

_LARGEST_PAGE = 1024 * 1024
_MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Currency:
    """What was found out about all of a project's procedures."""

    processes: int
    found: tuple[Diagnostic, ...]
    allowed: tuple[Allowed, ...]
    sources: Mapping[str, Source]
    """The files with findings, for excerpts."""


def check_currency(workspace: Workspace, max_age: float | None = None, use: bool = True) -> Currency:
    """What is not up to date; `max_age` in seconds, that of the project when left out; `use`: whether runs count.

    Errors in the definitions are among the findings, as nothing can be said of a process that can't be read.
    """
    from runbook.diagnostics import Severity
    from runbook.engine.files import project_files
    from runbook.reading.allowing import weighed
    from runbook.reading.catalogue import catalogue
    from runbook.reading.layout import PROJECT
    from runbook.reading.rules import missing_owner
    from runbook.reading.tree import read_tree
    from runbook.source import Source

    library = read_all(workspace, keep=True)
    files, _ = project_files(workspace.root)
    pages = dict(_pages(workspace.root, library.project.docs.pages))
    later = dict.fromkeys(_findings(workspace, library, files, pages, max_age, use))
    settings, _ = read_tree(PROJECT, files.get(PROJECT, b""))
    levels = settings.data.get("lint", {}) if settings and isinstance(settings.data, dict) else {}
    named = {each.place.file for each in later}
    known = catalogue(workspace.kinds).values()
    judged = weighed(later, {path: files[path] for path in files if path in named}, levels, PROJECT, known)
    serious = [
        each for each in library.diagnostics if each.severity is Severity.ERROR or each.code == missing_owner.CODE
    ]
    found = sorted((*serious, *judged.found), key=lambda each: (each.place.file, each.place.line, each.place.column))
    texts = {**files, **pages}
    sources = {path: Source(path, texts.get(path, b"").decode("utf-8", "replace")) for path in named}
    return Currency(
        len(library.interfaces),
        tuple(found),
        judged.allowed,
        {**library.sources, **sources},
    )


def _findings(
    workspace: Workspace,
    library: Library,
    files: Mapping[str, bytes],
    pages: Mapping[str, bytes],
    max_age: float | None,
    use: bool,
) -> Iterator[Diagnostic]:
    from runbook.reading import currency
    from runbook.reading.tree import read_tree
    from runbook.views.figures import due

    project, now = library.project, workspace.clock()
    used = usage(workspace, project.processes) if use else {}
    around = _around(workspace.root, library)
    acting = [kind.key for kind in workspace.kinds if kind.acts]
    for id, process in project.processes.items():
        tree, _ = read_tree(process.file, files.get(process.file, b""))
        if tree is None or id in library.broken:
            continue
        if use and process.is_written:
            age = project.docs.max_age if max_age is None else max_age
            yield from currency.check_use(process, tree, _proof(used.get(id)), age, now)
        yield from currency.check_review(process, tree, due(process), now[:10])
        yield from currency.check_links(process.file, tree, around, acting)
    for group in project.groups.values():
        tree, _ = read_tree(group.file, files[group.file]) if group.file in files else (None, ())
        if tree is not None:
            yield from currency.check_links(group.file, tree, around, ())
    for path, content in pages.items():
        yield from currency.check_page(path, content.decode("utf-8", "replace"), around)
    yield from flaws(workspace, project)


def _proof(used: Usage | None) -> Proof:
    from runbook.reading.currency import Proof

    if used is None:
        return Proof()
    last = used.last_success
    own = last.run if last and last.ended_at == used.proved_at else ""
    failed = next((each.run for each in used.recent if each.status == "failed"), "") if used.failing else ""
    return Proof(used.runs, used.proved_at, own, used.failing, failed)


def _around(root: Path, library: Library) -> Around:
    from runbook.reading.currency import Around

    steps = {id: {step.id for step in process.every_step()} for id, process in library.project.processes.items()}
    broken = {id: _Any() for id in library.broken}
    return Around(
        {**steps, **broken}, set(library.project.groups), library.project.docs.pages, _Files(root).__contains__
    )


class _Any(frozenset[str]):
    """The steps of a process that can't be read: any."""

    def __contains__(self, id: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class _Files:
    """The files and folders there are in the project."""

    root: Path

    def __contains__(self, path: str) -> bool:
        try:
            return os.path.exists(self.root / path)
        except (OSError, ValueError):  # too long, or no name at all
            return False


def _pages(root: Path, folder: str) -> Iterator[tuple[str, bytes]]:
    """The pages of Markdown below a folder of the project, by path."""
    from runbook.engine.files import read_file

    if not folder:
        return
    found = sorted(path for path in (root / folder).rglob("*.md") if not path.is_symlink() and path.is_file())
    for path in found[:_MOST_PAGES]:
        name = path.relative_to(root).as_posix()
        content = read_file(root, name)
        if content is not None and len(content) <= _LARGEST_PAGE:
            yield name, content


__all__ = ["Currency", "check_currency"]
