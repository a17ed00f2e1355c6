"""Where a link in an author's text leads on the site: to the page that is made from the file it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook.links import Link, followed
from runbook.views.site import paths
from runbook.views.site.markup import Target

if TYPE_CHECKING:
    from runbook.views.site.model import Site

PAGES = "pages/"
"""Where the project's own pages stand on the site."""


def leading(file: str, page: str, site: Site) -> Target:
    """What turns a target, as it is written in that file, into the one on the page that is made from it."""

    def target(written: str) -> str:
        link = followed(file, written)
        if link is None or not link.path:
            return written
        found = page if link.path == file else page_of(link, site)
        if not found:
            return site.source_of(link.path) or written
        return paths.between(page, f"{found}#{link.anchor}" if link.anchor else found)

    return target


def page_of(link: Link, site: Site) -> str:
    """The page that stands for what a link leads to; empty when there is none."""
    if link.process in site.cards:
        checklist = link.path.endswith(".checklist.html")
        return paths.checklist_page(link.process) if checklist else paths.process_page(link.process)
    folder, _, name = link.path.rpartition("/")
    group = folder.removeprefix("processes/")
    if folder.startswith("processes/") and group in site.project.groups and name in ("group.yaml", "index.html"):
        return paths.group_page(group)
    if (own := site.settings.pages.strip("/")) and link.path.startswith(f"{own}/") and name.endswith(".md"):
        return PAGES + link.path.removeprefix(f"{own}/").removesuffix(".md") + ".html"
    return link.path if link.path.endswith(".html") else ""
