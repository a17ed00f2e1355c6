"""The search page, the index that it and the box at the top of every page read, and the words of the scripts."""

from __future__ import annotations

from runbook.views.site import paths
from runbook.views.site.lists import List
from runbook.views.site.model import Site
from runbook.views.site.page import Page
from runbook.views.site.script_words import words_script
from runbook.views.site.search import Entry, Indexed, index, indexed
from runbook.views.site.styles import asset

SCRIPTS = ("theme.js", "page.js", "search.js")
"""The scripts of ours that pages load."""


def search_page(site: Site) -> List:
    """The page for the results that the box has no room for."""
    say = site.language.say
    page = Page(site, paths.SEARCH, say("Search"), "searching", trail=((say("Home"), paths.HOME),))
    return List(page, "search.html", {})


def found_of(site: Site) -> list[Indexed]:
    """What the pages of the site give to the index: procedures by their cards, groups, free pages."""
    groups = (
        Entry(
            paths.group_page(group.id),
            group.title,
            words=tuple(filter(None, (group.id, group.owner))),
            text="\n".join((group.summary, group.description, *group.scope_in, *group.scope_out)),
        )
        for group, _ in site.groups
    )
    return [*(card.found for card in site.listed), *map(indexed, groups), *site.pages.found.values()]


def search_index(site: Site) -> str:
    """The text of `search-index.js`."""
    return index(found_of(site))


def words(site: Site) -> str:
    """The text of `words.js`, for a site in another language than English."""
    return words_script(site.language, map(asset, SCRIPTS))
