"""A free page of the project as a page of the site, and the overview of a folder that has none of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from runbook.views.site import markup, paths
from runbook.views.site.constructs import safe_anchor
from runbook.views.site.free import FreePage, Section
from runbook.views.site.links import target
from runbook.views.site.page import Page

if TYPE_CHECKING:
    from runbook.views.site.model import Site

_SHOWN = (2, 3)
"""The levels of headings that stand beside a page."""


def free_page(page: FreePage, site: Site) -> str:
    """A free page."""
    say = site.language.say
    body, headings = markup.page_text(page.body, partial(target, page, site), say)
    section = site.pages.section_of(page)
    shown = Page(
        site,
        page.path,
        page.title,
        "free",
        summary=page.summary,
        trail=tuple(_trail(page, section, site)),
        file=page.file,
        section=section.path,
    )
    before, after = site.pages.neighbours[page.path]
    return shown.rendered(
        "page.html",
        {
            "body": body,
            "headed": any(level == 1 for level, _, _ in headings),
            "headings": tuple(
                (level, safe_anchor(anchor), title) for level, anchor, title in headings if level in _SHOWN
            ),
            "section": section,
            "before": before,
            "after": after,
            "source": site.source_of(page.file),
            "changed": next(iter(site.history.files.get(page.file, ())), None),
        },
    )


def overview(section: Section, site: Site) -> str:
    """The pages of a folder, for one that has no page of its own."""
    home = ((site.language.say("Home"), paths.HOME),)
    page = Page(site, section.path, section.title, "free", trail=home, section=section.path)
    return page.rendered("pages.html", {"section": section})


def _trail(page: FreePage, section: Section, site: Site) -> Iterator[tuple[str, str]]:
    yield site.language.say("Home"), paths.HOME
    first = site.pages.sections[0]
    if first.folder == site.pages.folder and page.path != first.path:
        yield first.title, first.path
    if section is not first and page.path != section.path:
        yield section.title, section.path
