"""The documentation of a project: what its site is made from, and the building of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace, now
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.engine.site_files import Built
    from runbook.reading.library import Library
    from runbook.revision import Revisions
    from runbook.run.usage import Usage
    from runbook.views.site.model import Site
    from runbook.views.site.site import Planned

ASSETS = ("theme.js", "page.js", "search.js", "icon.svg")
"""The files of ours that pages load as they are."""


def site_of(
    workspace: Workspace,
    library: Library,
    *,
    hashes: Mapping[str, str] | None = None,
    used: Mapping[str, Usage] | None = None,
    history: Revisions | None = None,
) -> Site:
    """What the pages of a project are made from; what is known already need not be found out again."""
    from runbook import __version__
    from runbook.app.using import revisions, usage
    from runbook.views.language import language
    from runbook.views.site.model import Site
    from runbook.views.site.templates import templates

    project = library.project
    if hashes is None:
        hashes = {id: hash_of(workspace, library, id) for id in project.processes}
    overrides = _overrides(workspace, project.docs.theme.templates)
    return Site(
        project,
        workspace.kinds,
        hashes,
        templates(overrides),
        language(project.docs.language),
        now=_instant(),
        version=__version__,
        usage=usage(workspace, project.processes) if used is None else used,
        history=revisions(workspace, project.docs.pages) if history is None else history,
        overridden=repr((sorted(overrides.items()), project.docs.theme)),
    )


def hash_of(workspace: Workspace, library: Library, process: str) -> str:
    """The hash of a process with everything it uses."""
    from runbook.app.definitions import plan
    from runbook.engine.plans import stored
    from runbook.journal.codec import content_hash

    return content_hash(stored(plan(workspace, library, process)))


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

    return write_site(output, workspace.shelf, files_of(site_of(workspace, library)), tell)


def files_of(site: Site) -> Iterator[Planned]:
    """Every file of the site: its pages, and what these load."""
    from runbook.views.site.site import Planned, planned
    from runbook.views.site.styles import asset, stylesheet

    yield from planned(site)
    for name in ASSETS:
        yield Planned(f"assets/{name}", f"{site.version} {asset(name)}", partial(asset, name))
    style = stylesheet(site.settings.theme)
    yield Planned("assets/site.css", style, lambda: style)
