"""A page: where it stands, what it is called, the way to others, and its frame."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from runbook.durations import in_words
from runbook.phrases import said
from runbook.views.markdown import anchor
from runbook.views.site import paths
from runbook.views.site.free import FreePage
from runbook.views.site.model import Site
from runbook.views.site.templates import filled_in

_MOST_GROUPS = 40
"""Groups that stand beside every page; of more there is one list, or the pages would grow with their square."""


_MOST_PAGES = 60
"""Free pages that stand beside one, for the same reason."""


@dataclass(frozen=True)
class Page:
    """One page of the site, as its template sees it."""

    site: Site
    path: str
    title: str
    sort: str
    """`home`, `group`, `process`, ...: the class of its body."""
    summary: str = ""
    group: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    """The pages above it: titles and targets."""
    section: str = ""
    """Of a free page: where its section begins."""
    file: str = ""
    """The file that it is written in."""
    process: str = ""
    definition: str = ""

    @property
    def root(self) -> str:
        """The way to the folder that all pages stand in; from the root of the server where a page stands anywhere."""
        if self.path == paths.MISSING and self.site.settings.base_url:
            return urlsplit(self.site.settings.base_url).path
        return paths.root(self.path)

    def to(self, target: str) -> str:
        """The way to another page, or to an anchor of one."""
        way = paths.between(self.path, target)
        return self.root + way if self.path == paths.MISSING else way

    @property
    def groups(self) -> tuple[tuple[str, str, int], ...]:
        """The groups beside the page: id, title, number of processes."""
        return self.site.beside[:_MOST_GROUPS]

    @property
    def more_groups(self) -> bool:
        """True when there are groups that are not beside the page."""
        return len(self.site.beside) > _MOST_GROUPS

    @property
    def lists(self) -> tuple[tuple[str, str], ...]:
        """The other ways into the site."""
        return self.site.lists

    @property
    def sections(self) -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
        """The sections of free pages: title, page, and of the one that this page stands in the pages around it."""
        return tuple(
            (each.title, each.path, self._around(each.pages) if each.path == self.section else ())
            for each in self.site.pages.sections
        )

    def _around(self, pages: Sequence[FreePage]) -> tuple[tuple[str, str], ...]:
        here = next((at for at, page in enumerate(pages) if page.path == self.path), 0)
        first = max(0, min(here - _MOST_PAGES // 2, len(pages) - _MOST_PAGES))
        return tuple((page.title, page.path) for page in pages[first : first + _MOST_PAGES])

    @property
    def roles(self) -> Mapping[str, str]:
        """The page of each role."""
        return self.site.role_pages

    @property
    def navigation(self) -> Markup:
        """The ways to other pages, which stand beside this one."""
        if not self.process:
            return Markup(self.rendered("navigation.html", {}))
        made, key = self.site.navigations, (posixpath.dirname(self.path), self.group)
        if key not in made:
            made[key] = Markup(self.rendered("navigation.html", {}))
        return made[key]

    def rendered(self, template: str, parts: Mapping[str, Any]) -> str:
        """The page, or a part of it, as HTML; `Misuse` when a template of the project can't be used."""
        site, language = self.site, self.site.language
        words = {
            "t": language.say,
            "n": language.count,
            "in_words": lambda seconds: said(in_words(seconds), language.say),
            "anchor": anchor,
        }
        values = {"page": self, "site": site, **words, **parts}
        return filled_in(site.templates, template, values, site.settings.theme.templates)
