"""The checklists of the site: of one procedure, of a group, of all; the same as `runbook print`, by nobody at no time.

Rule 1: a sheet depends on its definition and nothing else, so it is printed the same until that changes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from runbook.run.plan import Plan
from runbook.views.checklist import Printed, checklist_part, checklist_style
from runbook.views.sheet import sheet
from runbook.views.site import paths
from runbook.views.site.card import Card
from runbook.views.site.page import Page
from runbook.views.site.site import Planned, procedures
from runbook.views.site.styles import asset

if TYPE_CHECKING:
    from runbook.views.site.model import Site

MOST = 100
"""Checklists that stand on one page; of more, the page lists those of the groups."""

_ARTICLE = re.compile(r'<article class="sheet"[^>]*>\n(.*?)</article>', re.DOTALL)
"""Where a sheet stands on its page; no text of an author can hold such an end."""

_LINK = re.compile(r'<a href="(?![a-z]+:)[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
"""A link to a page or a step, which leads nowhere on paper."""

Before = Callable[[str, str], str]
"""The text of a page that an earlier build left, by path and key; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A checklist on a page: where it can be led to, its title, and itself."""

    anchor: str
    title: str
    html: Markup


@dataclass
class Sheets:
    """The checklists of the processes of a site."""

    site: Site
    plan: Callable[[str], Plan]
    before: Before
    _made: dict[str, Markup] = field(default_factory=dict)

    def key(self, card: Card) -> str:
        """The same for the same checklist."""
        site = self.site
        shown = ("sheet", site.version, site.language.code, site.made_with, site.project.title, card.id, card.title)
        return hashlib.sha256(repr((*shown, card.definition, card.owner, card.group)).encode()).hexdigest()

    def of(self, card: Card) -> Sheet:
        """The checklist of one process: as the page of an earlier build has it, or made anew."""
        if card.id not in self._made:
            found = _ARTICLE.search(self.before(paths.checklist_page(card.id), self.key(card)))
            if found:
                return Sheet(_anchor(card), card.title, Markup(found[1]))
        return self.anew(card)

    def anew(self, card: Card) -> Sheet:
        """The checklist of one process, made in this build; the newest are kept for the pages with several."""
        if card.id not in self._made:
            if len(self._made) >= 2 * MOST:
                self._made.clear()
            self._made[card.id] = self._html(card)
        return Sheet(_anchor(card), card.title, self._made[card.id])

    def _html(self, card: Card) -> Markup:
        site, plan = self.site, self.plan(card.id)
        usual = {name: each.default for name, each in plan.process.inputs.items() if not each.required}
        made = checklist_part(sheet(plan, usual, site.language), Printed(card.definition, "", "", site.version))
        return Markup(_LINK.sub(r"\1", made))


def _anchor(card: Card) -> str:
    return "sheet-" + card.id.replace("/", ".")


def planned_procedures(sheets: Sheets) -> Iterator[Planned]:
    """Every procedure: its page, its checklist, then the pages with several checklists, and how those look.

    A page and its checklist stand side by side, so that what both say is worked out once.
    """
    site, pages = sheets.site, procedures(sheets.site)
    for group, cards in site.groups:
        for card in cards:
            yield pages[card.id]
            yield Planned(paths.checklist_page(card.id), sheets.key(card), partial(_one, card, sheets))
        if cards:
            title = site.language.say("Checklists of {group}", group=group.title)
            page = partial(Page, site, paths.group_print_page(group.id), title, "paper", group=group.id)
            yield _several(page, cards, sheets, (group.title, paths.group_page(group.id)))
    page = partial(Page, site, paths.PRINT, site.language.say("All checklists"), "paper")
    yield _several(page, site.listed, sheets, (site.language.say("Home"), paths.HOME))
    style = checklist_style(site.language.say) + asset("paper.css")
    yield Planned(paths.PAPER_STYLE, hashlib.sha256(style.encode()).hexdigest(), lambda: style)


def _one(card: Card, sheets: Sheets) -> str:
    site = sheets.site
    title = site.language.say("Checklist: {title}", title=card.title)
    page = Page(site, paths.checklist_page(card.id), title, "paper")
    back = [(card.title, paths.process_page(card.id)), (card.group, paths.group_page(card.group_id))]
    return page.rendered("paper.html", {"sheets": [sheets.anew(card)], "back": back})


def _several(page: Callable[[], Page], cards: Sequence[Card], sheets: Sheets, above: tuple[str, str]) -> Planned:
    """A page with the checklists of these processes; of too many, with the way to those of each group."""
    made = page()
    if len(cards) > MOST and not made.group:
        groups = [(group.title, paths.group_print_page(group.id)) for group, inside in sheets.site.groups if inside]
        frame = (made.title, sheets.site.version, sheets.site.language.code, sheets.site.made_with, groups)
        parts = {"sheets": [], "groups": groups, "back": [above]}
        return Planned(made.path, _hash(frame), partial(made.rendered, "paper.html", parts))

    def rendered() -> str:
        return made.rendered("paper.html", {"sheets": [sheets.of(card) for card in cards], "back": [above]})

    return Planned(made.path, _hash((made.title, above, [sheets.key(card) for card in cards])), rendered)


def _hash(shown: object) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()
