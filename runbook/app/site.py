"""The documentation of a project: what its site is made from, and the building of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.pages import pages_of
from runbook.app.workspace import Workspace, now
from runbook.collecting import seldom_collecting
from runbook.errors import Misuse, Refused

if TYPE_CHECKING:
    from runbook.engine.site_files import Built
    from runbook.reading.library import Library
    from runbook.revision import Revisions
    from runbook.run.usage import Usage
    from runbook.views.site.board_page import Shown
    from runbook.views.site.card import Card
    from runbook.views.site.catalogued import Catalogued
    from runbook.views.site.model import Site
    from runbook.views.site.paper import Sheets
    from runbook.views.site.runs import Kept
    from runbook.views.site.site import Planned

ASSETS = ("theme.js", "page.js", "search.js", "icon.svg")
"""The files of ours that pages load as they are."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the definitions, the runs and the history tell, as the pages need it."""

    cards: Mapping[str, Card]
    used: Mapping[str, Usage]
    runs: tuple[Kept, ...]
    history: Revisions


def site_of(workspace: Workspace, library: Library, known: Known | None = None) -> Site:
    """What the pages of a project are made from; what is `known` already is not found out again."""
    from runbook import __version__
    from runbook.app.site_runs import kept_runs
    from runbook.app.using import revisions, usage
    from runbook.engine.cache import SHOWING, program
    from runbook.views.language import language
    from runbook.views.site.model import Site
    from runbook.views.site.templates import templates

    project = library.project
    overrides, spoken = _overrides(workspace, project.docs.theme.templates), language(project.docs.language)
    if known is None:
        using = {id: project.processes[id] for id, each in library.interfaces.items() if each.uses and each.whole}
        known = Known(
            cards_of(workspace, library),
            usage(workspace, using),
            kept_runs(workspace, project),
            revisions(workspace, project.docs.pages),
        )
    return Site(
        project,
        workspace.kinds,
        known.cards,
        templates(overrides, spoken),
        spoken,
        now=_instant(),
        version=__version__,
        usage=known.used,
        runs=known.runs,
        history=known.history,
        pages=pages_of(workspace, project),
        catalogue=_catalogued(workspace, library),
        boards=_boards(workspace) if project.docs.board else None,
        made_with=f"{program(SHOWING)} {sorted(overrides.items())}",
    )


def _catalogued(workspace: Workspace, library: Library) -> Catalogued | None:
    """What the department says of itself, with the runs of its procedures; None where it says nothing."""
    from runbook.app.cataloguing import ran
    from runbook.engine.files import operations_files, read_file
    from runbook.operations.maturity import Facts
    from runbook.operations.seconds import seconds
    from runbook.reading.department import read_department
    from runbook.views.site.catalogued import catalogued

    paths = [path for path in operations_files(workspace.root) if path.startswith(DESCRIBES)]
    if not paths:
        return None
    read = read_department({path: read_file(workspace.root, path) for path in paths}, library.organisation)
    facts = {id: Facts(found) for id, found in ran(workspace, library.interfaces).items()}
    groups = library.project.groups
    described = frozenset(id for id, group in groups.items() if (workspace.root / group.file).is_file())
    return catalogued(read.operations.data, facts, described, seconds(_instant()))


def _boards(workspace: Workspace) -> tuple[Shown, ...]:
    """Every board as it stands, at the instant of the build."""
    from runbook.app.boards import board
    from runbook.app.worklists import operations
    from runbook.operations.board import boards_of
    from runbook.views.site.board_page import Shown

    at = replace(workspace, clock=_instant)
    seen = (board(at, id) for id in boards_of(operations(workspace).data))
    return tuple(Shown(each.board, each.now, each.places, each.limits) for each in seen)


DESCRIBES = ("operations/department.yaml", "operations/services/")
"""The files that the page of the catalogue is made of."""


def cards_of(workspace: Workspace, library: Library) -> dict[str, Card]:
    """What lists know of each process; of one that has not changed since the last time, what was known then."""
    from runbook.engine.cache import SHOWN
    from runbook.views.site.card import Card

    known, now, cards = SHOWN.load(workspace.shelf), {}, {}
    for id in whole(library):
        key = card_key(library, id)
        before = known.get(id)
        if before and before["key"] == key and key[0]:
            cards[id], now[id] = Card.from_json(before["card"]), before
        else:
            cards[id] = card_of(workspace, library, id)
            now[id] = {"key": key, "card": cards[id].to_json()}
    SHOWN.save(workspace.shelf, now, known)
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


@seldom_collecting()
def build_site(
    workspace: Workspace, library: Library, output: Path, tell: Callable[[int], None], strict: bool = False
) -> Built:
    """Write the pages, those that changed; `strict` refuses what would otherwise be told in the notes."""
    from runbook.app.definitions import plan
    from runbook.app.side_by_side import beside, known_by, with_menus
    from runbook.engine.site_files import Earlier, write_site
    from runbook.views.site.paper import Sheets

    earlier = Earlier(output, workspace.shelf)
    sheets = Sheets(site_of(workspace, library), partial(plan, workspace, library), earlier.text)
    files: Iterable[Planned] = planned(sheets)
    notes: list[str] = []
    if library.project.docs.versions:
        site, others, notes = beside(sheets, workspace, earlier, strict)
        if strict and notes:
            raise Refused(notes[0], "take it out of `docs.versions`, or build without --strict")
        sheets = replace(sheets, site=site, before=partial(known_by, site.editions, earlier))
        files = chain(with_menus(planned(sheets), site.editions), others)
    built = write_site(output, workspace.shelf, files, tell)
    return replace(built, notes=(*notes, *sheets.site.pages.left_out.values()))


def planned(sheets: Sheets) -> Iterator[Planned]:
    """All files of a site, what is looked at first before everything else."""
    from runbook.views.site.paper import planned_procedures
    from runbook.views.site.site import planned as planned_pages

    yield from loaded(sheets.site)
    yield from planned_pages(sheets.site)
    yield from planned_procedures(sheets)


def planned_anew(workspace: Workspace, library: Library, site: Site) -> Iterator[Planned]:
    """The same, of which nothing is from an earlier build."""
    from runbook.app.definitions import plan
    from runbook.views.site.paper import Sheets

    return planned(Sheets(site, partial(plan, workspace, library), lambda path, key: ""))


def loaded(site: Site) -> Iterator[Planned]:
    """The files that pages load."""
    from runbook.views.site.site import Planned
    from runbook.views.site.styles import asset, stylesheet

    for name in ASSETS:
        yield Planned(f"assets/{name}", f"{site.version} {asset(name)}", partial(asset, name))
    style = stylesheet(site.settings.theme)
    yield Planned("assets/site.css", style, lambda: style)
