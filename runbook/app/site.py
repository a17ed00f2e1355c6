"""The documentation of a project: what its site is made from, and the building of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace, now
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.definition import Project
    from runbook.engine.site_files import Built
    from runbook.reading.library import Library
    from runbook.views.site.free import FreePages
    from runbook.views.site.links import Lost
    from runbook.views.site.model import Site
    from runbook.views.site.site import Planned

ASSETS = ("theme.js", "page.js", "search.js", "icon.svg")
"""The files of ours that pages load as they are."""


def site_of(workspace: Workspace, library: Library) -> Site:
    """What the pages of a project are made from."""
    from runbook import __version__
    from runbook.app.definitions import plan
    from runbook.app.using import revisions, usage
    from runbook.engine.plans import stored
    from runbook.journal.codec import content_hash
    from runbook.views.language import language
    from runbook.views.site.model import Site
    from runbook.views.site.templates import templates

    project = library.project
    hashes = {id: content_hash(stored(plan(workspace, library, id))) for id in project.processes}
    overrides = _overrides(workspace, project.docs.theme.templates)
    return Site(
        project,
        workspace.kinds,
        hashes,
        templates(overrides),
        language(project.docs.language),
        now=_instant(),
        version=__version__,
        usage=usage(workspace, project.processes),
        history=revisions(workspace, project.docs.pages),
        pages=pages_of(workspace, project),
        overridden=repr((sorted(overrides.items()), project.docs.theme)),
    )


def pages_of(workspace: Workspace, project: Project, tell: Callable[[str], None] = lambda line: None) -> FreePages:
    """The free pages of a project; `tell` hears what is left out, and why."""
    from runbook.engine.page_files import page_files
    from runbook.views.language import language
    from runbook.views.site.free import FreePages, free_pages
    from runbook.views.site.harmless import ENDINGS, LARGEST, harm

    folder = project.docs.pages
    if not folder:
        return FreePages()
    found = page_files(workspace.root, folder, ENDINGS, LARGEST, harm)
    for why in found.left_out.values():
        tell(why)
    return free_pages(folder, found.texts, found.pictures, language(project.docs.language).say)


def lost_links(workspace: Workspace, site: Site) -> Iterator[Lost]:
    """What the free pages say that leads nowhere, on the site or among the files of the project."""
    from runbook.views.site.links import lost

    for each in lost(site):
        inside = each.target and not each.target.startswith(("../", "/")) and each.target != ".."
        if not (inside and (workspace.root / each.target).exists()):
            yield each


def _instant() -> str:
    """When the site is built: what SOURCE_DATE_EPOCH says, so that a build can be made again to the byte."""
    import datetime

    from runbook.instants import instant

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return now()
    try:
        return instant(datetime.datetime.fromtimestamp(int(epoch), datetime.UTC))
    except (ValueError, OverflowError, OSError):
        raise Misuse(f"SOURCE_DATE_EPOCH is `{epoch}`", "give seconds since 1970, or leave it out") from None


def _overrides(workspace: Workspace, folder: str) -> dict[str, str]:
    """The templates that the project puts in the place of ours, by name."""
    from runbook.engine.files import read_file

    found = {}
    for path in sorted((workspace.root / folder).glob("*.html")) if folder else ():
        content = read_file(workspace.root, f"{folder}/{path.name}")
        found[path.name] = (content or b"").decode("utf-8", "replace")
    return found


def build_site(workspace: Workspace, library: Library, output: Path, tell: Callable[[int], None]) -> Built:
    """Write the pages, those that changed."""
    from runbook.engine.site_files import write_site

    return write_site(output, workspace.shelf, _planned(workspace, site_of(workspace, library)), tell)


def _picture(workspace: Workspace, file: str) -> bytes:
    from runbook.engine.files import read_file
    from runbook.views.site.harmless import LARGEST, harm

    content = read_file(workspace.root, file, LARGEST + 1) or b""
    return b"" if harm(file, content) else content


def _planned(workspace: Workspace, site: Site) -> Iterator[Planned]:
    from runbook.views.site.site import Planned, planned
    from runbook.views.site.styles import asset, stylesheet

    yield from planned(site)
    for name in ASSETS:
        yield Planned(f"assets/{name}", f"{site.version} {asset(name)}", partial(asset, name))
    for file, path in site.pages.pictures.items():
        yield Planned(path, site.pages.digests[file], partial(_picture, workspace, file))
    style = stylesheet(site.settings.theme)
    yield Planned("assets/site.css", style, lambda: style)
