"""The page on which a search shows what the box at the top has no room for."""

from __future__ import annotations

from runbook.views.site import paths
from runbook.views.site.model import Site
from runbook.views.site.page import Page


def search_page(site: Site) -> str:
    """The search page; what it finds is in `search-index.js`."""
    say = site.language.say
    page = Page(site, paths.SEARCH, say("Search"), "searching", trail=((say("Home"), paths.HOME),))
    return page.rendered("search.html", {})
