"""The free pages of a project: read from its files, and looked through for what leads nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from runbook.definition import Project
    from runbook.diagnostics import Diagnostic
    from runbook.views.site.free import FreePages
    from runbook.views.site.search import Indexed


def pages_of(workspace: Workspace, project: Project) -> FreePages:
    """The free pages of a project, with what was left out of them, and why."""
    from runbook.engine.page_files import page_files
    from runbook.views.language import language
    from runbook.views.site.free import FreePages, free_pages
    from runbook.views.site.harmless import ENDINGS, LARGEST, harm

    folder = project.docs.pages
    if not folder:
        return FreePages()
    read = page_files(workspace.root, folder, ENDINGS, LARGEST, harm)
    pages = free_pages(folder, read.texts, read.pictures, language(project.docs.language).say)
    found = _found(workspace, pages)
    return replace(pages, found=found, left_out=read.left_out, read=partial(_picture, workspace))


def _found(workspace: Workspace, pages: FreePages) -> dict[str, Indexed]:
    """What each page gives to the search; of one that has not changed since the last time, what it gave then."""
    from runbook.engine.cache import PAGES
    from runbook.views.site.free_parts import page_entry
    from runbook.views.site.search import Indexed, indexed

    known, now, found = PAGES.load(workspace.shelf), {}, {}
    for section in pages.sections:
        for page in section.every:
            key = hashlib.sha256(repr((page, section.title)).encode()).hexdigest()
            before = known.get(page.file, ())
            fresh = before[:1] == [key]
            found[page.file] = Indexed(*before[1:]) if fresh else indexed(page_entry(page, section.title))
            now[page.file] = [key, *found[page.file]]
    PAGES.save(workspace.shelf, now, known)
    return found


def flaws(workspace: Workspace, project: Project) -> Iterator[Diagnostic]:
    """What is wrong with the free pages, besides links to files that are not there: anchors, front matter, pictures."""
    from runbook.diagnostics import found
    from runbook.reading.currency import DEAD_LINK, LEFT_OUT
    from runbook.source import Place
    from runbook.views.site.links import lost_anchors

    pages = pages_of(workspace, project)
    for file, why in pages.left_out.items():
        yield found(LEFT_OUT, why, "mend the file, or take it away", Place(file, 1, 1, 1, 1))
    for page in pages.pages:
        if page.complaint:
            yield found(LEFT_OUT, page.complaint, "write `title: ...` and `order: 1`", Place(page.file, 1, 1, 1, 1))
    for each in lost_anchors(pages):
        place = Place(each.page, each.line, 1, each.line, 1)
        yield found(DEAD_LINK, each.message, "write it as the heading is, or take it out", place)


def _picture(workspace: Workspace, file: str) -> bytes:
    """Its content, unless it has become harmful since the pages were read."""
    from runbook.engine.files import read_file
    from runbook.views.site.harmless import LARGEST, harm

    content = read_file(workspace.root, file, LARGEST + 1) or b""
    return b"" if harm(file, content) else content
