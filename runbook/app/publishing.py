"""The documentation in forms other than the site, what a part of the project is, and what a strict build refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runbook.definition import Project
    from runbook.diagnostics import Diagnostic
    from runbook.engine.site_files import Built
    from runbook.reading.library import Library
    from runbook.source import Source


def build_markdown(workspace: Workspace, library: Library, output: Path, tell: Callable[[int], None]) -> Built:
    """Write the pages as Markdown, for whatever shows that."""
    from runbook.engine.site_files import write_texts
    from runbook.views.language import language
    from runbook.views.pages import pages

    project = library.project
    texts = pages(project, workspace.kinds, language(project.docs.language))
    return write_texts(output, workspace.shelf, texts, tell)


def build_mkdocs(workspace: Workspace, library: Library, output: Path, tell: Callable[[int], None]) -> Built:
    """Write the pages as a source of MkDocs."""
    from runbook.engine.site_files import write_texts
    from runbook.views.language import language
    from runbook.views.mkdocs.source import source

    project = library.project
    texts = source(project, workspace.kinds, language(project.docs.language))
    return write_texts(output, workspace.shelf, texts, tell)


def part_of(library: Library, named: str) -> Library:
    """The project as if it held one group or process alone, with the processes that these run as steps."""
    return replace(library, project=_narrowed(library.project, chosen(library.project, named)))


def chosen(project: Project, named: str) -> tuple[str, ...]:
    """The ids of the processes that are meant by the id of a process or of a group; `Misuse` when there is none."""
    from runbook.diagnostics import suggestion

    if named in project.processes:
        return (named,)
    found = tuple(id for id, process in project.processes.items() if process.group == named)
    if not found:
        known = [*project.groups, *project.processes]
        what = "has no process" if named in project.groups else "is neither a process nor a group"
        raise Misuse(f"`{named}` {what}", suggestion(named, known, "see `runbook list`"))
    return found


def _narrowed(project: Project, ids: Iterable[str]) -> Project:
    kept: set[str] = set()
    wanted = list(ids)
    while wanted:
        if (id := wanted.pop()) in project.processes and id not in kept:
            kept.add(id)
            wanted += [step.use for step in project.processes[id].every_step() if step.use]
    processes = {id: process for id, process in project.processes.items() if id in kept}
    groups = {process.group for process in processes.values()}
    return replace(
        project,
        processes=processes,
        groups={id: group for id, group in project.groups.items() if id in groups},
        docs=replace(project.docs, pinned=tuple(id for id in project.docs.pinned if id in kept)),
    )


def dead_links(workspace: Workspace) -> tuple[tuple[Diagnostic, ...], Mapping[str, Source]]:
    """The links in texts that lead nowhere, and the files they stand in, for excerpts."""
    from runbook.app.currency import check_currency
    from runbook.reading.currency import DEAD_LINK

    told = check_currency(workspace, use=False)
    return tuple(each for each in told.found if each.code == DEAD_LINK.code), told.sources


__all__ = ["build_markdown", "build_mkdocs", "chosen", "dead_links", "part_of"]
