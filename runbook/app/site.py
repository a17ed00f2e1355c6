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
    from runbook.views.site.card import Card
    from runbook.views.site.model import Site
    from runbook.views.site.site import Planned

ASSETS = ("theme.js", "page.js", "search.js", "icon.svg")
"""The files of ours that pages load as they are."""


def site_of(
    workspace: Workspace,
    library: Library,
    *,
    cards: Mapping[str, Card] | None = None,
    used: Mapping[str, Usage] | None = None,
    history: Revisions | None = None,
) -> Site:
    """What the pages of a project are made from; what is known already need not be found out again."""
    from runbook import __version__
    from runbook.app.using import revisions, usage
    from runbook.engine.cache import SHOWING, program
    from runbook.views.language import language
    from runbook.views.site.model import Site
    from runbook.views.site.templates import templates

    project = library.project
    overrides = _overrides(workspace, project.docs.theme.templates)
    if used is None:
        using = {id: project.processes[id] for id, each in library.interfaces.items() if each.uses and each.whole}
        used = usage(workspace, using)
    return Site(
        project,
        workspace.kinds,
        cards_of(workspace, library) if cards is None else cards,
        templates(overrides),
        language(project.docs.language),
        now=_instant(),
        version=__version__,
        usage=used,
        history=revisions(workspace, project.docs.pages) if history is None else history,
        made_with=f"{program(SHOWING)} {sorted(overrides.items())}",
    )


def cards_of(workspace: Workspace, library: Library) -> dict[str, Card]:
    """What lists know of each process; of one that has not changed since the last time, what was known then."""
    from runbook.engine.cache import load_shown, save_shown
    from runbook.views.site.card import Card

    known, now, cards = load_shown(workspace.shelf), {}, {}
    for id in whole(library):
        key = card_key(library, id)
        before = known.get(id)
        if before and before["key"] == key and key[0]:
            cards[id], now[id] = Card.from_json(before["card"]), before
        else:
            cards[id] = card_of(workspace, library, id)
            now[id] = {"key": key, "card": cards[id].to_json()}
    save_shown(workspace.shelf, now, known)
    return cards


def whole(library: Library) -> list[str]:
    """The processes that have a card."""
    return [id for id, each in library.interfaces.items() if each.whole and id not in library.broken]


def card_key(library: Library, process: str) -> list[str | None]:
    """What the card of a process depends on; the first is None when that is not known."""
    verdict = library.cache.get("files", {}).get(library.interfaces[process].file, {})
    group = library.project.groups.get(process.rpartition("/")[0])
    return [verdict.get("digest"), verdict.get("around"), group and group.title, group and group.owner]


def card_of(workspace: Workspace, library: Library, process: str) -> Card:
    """The card of a process, made anew."""
    from runbook.app.definitions import plan
    from runbook.engine.plans import stored
    from runbook.journal.codec import content_hash
    from runbook.views.site.card import card

    project, group = library.project, library.project.groups.get(process.rpartition("/")[0])
    definition = content_hash(stored(plan(workspace, library, process)))
    return card(project.processes[process], group, workspace.kinds, definition)


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
