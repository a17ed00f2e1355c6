"""The page of the catalogue: what the department is there for, its services, its scope, and the ladder of maturity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook.operations.maturity import NO_FACTS, Level, Maturity, Written, standing
from runbook.operations.scope import Entry, Scope, scope_of
from runbook.phrases import Phrase
from runbook.views.site import paths
from runbook.views.site.catalogued import Catalogued
from runbook.views.site.lists import List
from runbook.views.site.model import Site
from runbook.views.site.page import Page

LEVELS = {
    Level.UNOWNED: Phrase("Unowned"),
    Level.LISTED: Phrase("Listed"),
    Level.GROUPED: Phrase("Grouped"),
    Level.DOCUMENTED: Phrase("Documented"),
    Level.MEASURED: Phrase("Measured"),
    Level.IMPROVING: Phrase("Improving"),
}
"""The rungs of the ladder in the words of the page."""
NEXT = {
    Level.UNOWNED: Phrase("an owner"),
    Level.LISTED: Phrase("a description of its group"),
    Level.GROUPED: Phrase("steps that say what, why, by whom and with which result"),
    Level.DOCUMENTED: Phrase("five runs within 90 days"),
    Level.MEASURED: Phrase("a change after which it is quicker, or fails less often"),
}
"""What it takes to reach the rung above each."""
POLICIES = {
    "reject": Phrase("Work of others is rejected."),
    "accept_with_owner": Phrase("Work of others is taken on when somebody answers for it."),
    "accept": Phrase("Work of others is taken on."),
}
"""What becomes of work out of scope."""


def catalogue_page(site: Site, found: Catalogued) -> List:
    """The page, worked out as data."""
    say = site.language.say
    entries = {card.id: Entry(card.group_id, card.service, card.tags) for card in site.listed}
    scope = scope_of(found.charter, found.services, entries, site.project.groups)
    page = Page(
        site,
        paths.CATALOGUE,
        say("Catalogue"),
        "catalogue",
        summary=found.charter.charter,
        trail=((say("Home"), paths.HOME),),
    )
    data: dict[str, Any] = {
        "charter": found.charter,
        "policy": say(POLICIES[found.charter.out_of_scope_policy]),
        "covered": [(each.what, _covering(each.services, each.processes, site)) for each in scope.covered],
        "services": list(_services(scope, site)),
        "alone": [_linked(id, site) for id in scope.without_service],
        **_ladder(found, site),
    }
    return List(page, "catalogue.html", data)


def _linked(id: str, site: Site) -> tuple[str, str]:
    return site.cards[id].title, site.cards[id].page


def _covering(services: tuple[str, ...], processes: tuple[str, ...], site: Site) -> list[tuple[str, str]]:
    return [*((each, f"#service-{each}") for each in services), *(_linked(id, site) for id in processes)]


def _services(scope: Scope, site: Site) -> Iterator[dict[str, Any]]:
    for each in scope.offered:
        yield {
            "id": each.service.id,
            "title": each.service.title,
            "summary": each.service.summary,
            "owner": each.service.owner,
            "tier": each.service.tier,
            "needs": [(id, id in {other.service.id for other in scope.offered}) for id in each.service.depends_on],
            "processes": [_linked(id, site) for id in each.processes],
        }


def _ladder(found: Catalogued, site: Site) -> dict[str, Any]:
    """How many procedures stand on each rung, and each with its own."""
    told = [_standing(id, found, site) for id in site.cards]
    counts = [(level, sum(each.level == level for each in told)) for level in reversed(Level)]
    most = max((count for _, count in counts), default=0) or 1
    rungs = [
        {
            "level": int(level),
            "name": site.language.say(LEVELS[level]),
            "count": count,
            "part": 100 * count // most,
        }
        for level, count in counts
        if count or level is not Level.UNOWNED
    ]
    by_level = sorted(told, key=lambda each: (each.level, each.title.casefold()))
    rows = [
        {
            "title": each.title,
            "page": site.cards[each.process].page,
            "level": int(each.level),
            "name": site.language.say(LEVELS[each.level]),
            "next": site.language.say(NEXT[each.level]) if each.level in NEXT else "",
        }
        for each in by_level
    ]
    return {"rungs": rungs, "rows": rows}


def _standing(id: str, found: Catalogued, site: Site) -> Maturity:
    card = site.cards[id]
    written = Written(id, card.title, card.owner, () if card.documented else ("not documented",))
    return standing(written, card.group_id in found.described, found.facts.get(id, NO_FACTS), found.now)
