"""The documentation in forms other than the site, what a part of the project is, and what a strict build refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    kept: set[str] = set()
    wanted = list(chosen(library, named))
    while wanted:
        if (id := wanted.pop()) in library.interfaces and id not in kept:
            kept.add(id)
            wanted += library.interfaces[id].uses
    project, groups = library.project, {id.rpartition("/")[0] for id in kept}
    narrowed = replace(
        project,
        processes={id: project.processes[id] for id in project.processes if id in kept},
        groups={id: group for id, group in project.groups.items() if id in groups},
        docs=replace(project.docs, pinned=tuple(id for id in project.docs.pinned if id in kept), versions=()),
    )
    interfaces = {id: each for id, each in library.interfaces.items() if id in kept}
    return replace(library, project=narrowed, interfaces=interfaces)


def chosen(library: Library, named: str) -> tuple[str, ...]:
    """The ids of the processes that are meant by the id of a process or of a group; `Misuse` when there is none."""
    from runbook.diagnostics import suggestion

    if named in library.interfaces:
        return (named,)
    found = tuple(id for id in library.interfaces if id.rpartition("/")[0] == named)
    if not found:
        groups = library.project.groups
        what = "has no process" if named in groups else "is neither a process nor a group"
        raise Misuse(f"`{named}` {what}", suggestion(named, [*groups, *library.interfaces], "see `runbook list`"))
    return found


def pages_as_pdf(workspace: Workspace, library: Library, named: str, checklist: bool) -> bytes:
    """The pages of a process, of a group, or of all when none is `named`, or their checklists, as one PDF."""
    from runbook.app.definitions import plan
    from runbook.app.site import site_of
    from runbook.engine.pdf import as_pdf
    from runbook.views.site.paper import Sheets
    from runbook.views.site.printing import checklists, procedures

    wanted = set(chosen(library, named)) if named else set(library.interfaces)
    site = site_of(workspace, library)
    cards = [card for _, inside in site.groups for card in inside if card.id in wanted]
    groups = library.project.groups
    title = groups[named].title if named in groups else site.project.title
    title = cards[0].title if len(cards) == 1 else title
    sheets = Sheets(site, partial(plan, workspace, library), lambda path, key: "")
    return as_pdf(*(checklists(cards, title, sheets) if checklist else procedures(cards, title, site)))


def dead_links(workspace: Workspace) -> tuple[tuple[Diagnostic, ...], Mapping[str, Source]]:
    """The links in texts that lead nowhere, what is left out of the pages, and the files of it all, for excerpts."""
    from runbook.app.currency import check_currency
    from runbook.reading.currency import DEAD_LINK, LEFT_OUT

    told = check_currency(workspace, use=False)
    return tuple(each for each in told.found if each.code in (DEAD_LINK.code, LEFT_OUT.code)), told.sources


__all__ = ["build_markdown", "build_mkdocs", "chosen", "dead_links", "pages_as_pdf", "part_of"]
