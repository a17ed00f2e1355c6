"""All pages of the site: each with its path, what it depends on, and how it is made when it is wanted.

Rule 1: a page's key changes with everything that the page shows; one whose key is as it was need not be made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from urllib.parse import quote

from runbook.views.language import ENGLISH
from runbook.views.site import lists, paths, searching
from runbook.views.site.card import Card
from runbook.views.site.free_page import free_page, overview
from runbook.views.site.model import Site
from runbook.views.site.process import process_html
from runbook.views.site.processes_json import PATH, processes_json

_MAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class Planned:
    """A page to be: `made` gives its text; what is the same for the same `key`."""

    path: str
    key: str
    made: Callable[[], str | bytes]


def procedures(site: Site) -> dict[str, Planned]:
    """The page of each procedure, by its id."""
    frame = _frame(site)
    return {
        card.id: Planned(card.page, _key(frame, _shown_of(card, site)), partial(process_html, card, site))
        for card in site.listed
    }


def planned(site: Site) -> Iterator[Planned]:
    """Every page but those of procedures, the first one first."""
    frame = _frame(site)
    for each in _lists(site):
        yield Planned(each.page.path, _key(frame, each.data), each.made)
    proofs = [(card.id, site.usage.get(card.id), site.freshness(card.id)) for card in site.listed]
    if not site.editions.are_past:
        yield Planned(PATH, _key(frame, (site.listed, proofs)), partial(processes_json, site))
    found = (site.listed, [group for group, _ in site.groups], site.pages.found)
    yield Planned(paths.SEARCH_INDEX, _key(site.made_with, found), partial(searching.search_index, site))
    if site.language.code != ENGLISH.code:
        yield Planned(paths.WORDS, _key(frame, "words"), partial(searching.words, site))
    if site.settings.base_url:
        yield Planned(paths.SITEMAP, _key(frame, (site.pages.listed, "map")), partial(sitemap, site))
    yield from _runs(frame, site)
    yield from _free(frame, site)


def _free(frame: str, site: Site) -> Iterator[Planned]:
    """The free pages, an overview of each folder that has no page of its own, and the pictures."""
    linked = _key(frame, (site.pages.listed, sorted(site.places.items())))
    for section in site.pages.sections:
        if section.index is None:
            yield Planned(section.path, _key(linked, section), partial(overview, section, site))
    for page in site.pages.pages:
        key = _key(linked, (page, site.history.files.get(page.file, ())[:1]))
        yield Planned(page.path, key, partial(free_page, page, site))
    for file, path in site.pages.pictures.items():
        yield Planned(path, site.pages.digests[file], partial(site.pages.read, file))


def _runs(frame: str, site: Site) -> Iterator[Planned]:
    """The records of runs, where there are any; most sites have none."""
    if site.settings.runs == 0 and not site.runs:
        return
    from runbook.views.site.runs import run_html, runs_html

    if site.settings.runs != 0:
        rows = [(each.key, each.run, each.process in site.cards) for each in site.runs]
        yield Planned(paths.RUNS, _key(frame, (rows, [card.title for card in site.listed])), partial(runs_html, site))
    for kept in site.runs:
        card_of = site.cards.get(kept.process)
        key = _key(frame, (kept.key, kept.run, card_of and card_of.definition))
        yield Planned(paths.run_page(kept.run.run), key, partial(run_html, kept, site))


def _lists(site: Site) -> Iterator[lists.List]:
    yield lists.home(site)
    for group, cards in site.groups:
        yield lists.group(group, cards, site)
    for name, cards in site.roles.items():
        yield lists.role(name, cards, site)
    for name, cards in site.owners.items():
        yield lists.under(site, paths.owner_page(name), name, "owner", cards)
    for name, cards in site.tags.items():
        yield lists.under(site, paths.tag_page(name), name, "tag", cards)
    yield lists.every(site)
    yield searching.search_page(site)
    if not site.editions.are_past:
        yield lists.review(site)
    if site.history.changes:
        yield lists.changes(site)
    yield from _department(site)
    for name, cards in site.alerts.items():
        yield lists.alert(name, cards, site)
    yield lists.glossary(site)
    yield lists.missing(site)


def _department(site: Site) -> Iterator[lists.List]:
    """What the department does and has in hand, where that is written."""
    if site.catalogue is not None:
        from runbook.views.site.catalogue_page import catalogue_page

        yield catalogue_page(site, site.catalogue)
    if site.boards:
        from runbook.views.site.board_page import board_page, boards_page

        yield boards_page(site, site.boards)
        for shown in site.boards:
            yield board_page(site, shown)


def sitemap(site: Site) -> str:
    """The addresses of the pages that people look for, for search engines (sitemaps.org)."""
    found = [paths.HOME, paths.ALL, *(paths.group_page(group.id) for group, _ in site.groups)]
    urls = "".join(
        f"<url><loc>{escape(site.settings.base_url + quote(page))}</loc></url>\n"
        for page in (*found, *(card.page for card in site.listed), *(page.path for page in site.pages.pages))
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_MAPS}">\n{urls}</urlset>\n'


def _shown_of(card: Card, site: Site) -> object:
    """What the page of a process depends on."""
    users = [(user.id, user.title) for user in site.users.get(card.id, ())]
    used = [(id, site.cards[id].title, site.cards[id].summary) for id in card.uses if id in site.cards]
    usage = site.usage.get(card.id)
    linked = [run.run for run in usage.recent if run.run in site.run_pages] if usage else []
    proof = (usage, linked, site.freshness(card.id), site.is_overdue(card))
    return (
        card,
        proof,
        site.history.files.get(card.file),
        users,
        used,
        [site.role_pages.get(each.role) for each in card.parts],
    )


def _frame(site: Site) -> str:
    """What every page depends on."""
    settings = (site.settings, site.made_with, site.language, site.pages.beside)
    return _key("", (site.version, site.commit, site.today, site.project.title, site.beside, site.lists, *settings))


def _key(frame: str, shown: object) -> str:
    return hashlib.sha256(f"{frame} {shown!r}".encode()).hexdigest()
