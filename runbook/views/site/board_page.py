"""The page of a board: what is done, what comes next and what is blocked, as it stood when the site was built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.durations import in_words
from runbook.operations.board import Board
from runbook.operations.limits import Excess
from runbook.operations.seconds import instant_of
from runbook.operations.standings import Place
from runbook.phrases import Phrase
from runbook.views.site import paths
from runbook.views.site.lists import List
from runbook.views.site.model import Site
from runbook.views.site.page import Page
from runbook.views.visible import visible

CLASSES = {
    "expedite": Phrase("expedited"),
    "fixed_date": Phrase("fixed date"),
    "standard": Phrase("standard"),
    "intangible": Phrase("intangible"),
}
"""The classes of service in the words of the page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A board at an instant: its open items in the order of the work, and what counts in its limits."""

    board: Board
    now: int
    places: tuple[Place, ...]
    limits: tuple[Excess, ...]


def board_page(site: Site, shown: Shown) -> List:
    """The page of one board, worked out as data."""
    say = site.language.say
    board = shown.board
    page = Page(
        site,
        paths.board_page(board.id),
        board.title,
        "board",
        trail=((say("Home"), paths.HOME), (say("Boards"), paths.BOARDS)),
    )
    counts = {each.scope: each.count for each in shown.limits}
    data: dict[str, Any] = {
        "columns": [
            {
                "id": column.id,
                "title": column.title,
                "limit": column.wip,
                "count": counts.get(f"column {column.id}", 0),
                "over": bool(column.wip) and counts.get(f"column {column.id}", 0) > column.wip,
                "items": [_item(each, shown, site) for each in shown.places if board.place_of(each.item) is column],
            }
            for column in board.columns
            if column.state != "finished"
        ],
        "over": [(each.scope, each.count, each.limit) for each in shown.limits if each.count > each.limit],
        "at": instant_of(shown.now)[:16].replace("T", " "),
    }
    return List(page, "board.html", data)


def boards_page(site: Site, boards: tuple[Shown, ...]) -> List:
    """The list of the boards, with how their work stands."""
    say = site.language.say
    page = Page(site, paths.BOARDS, say("Boards"), "boards", trail=((say("Home"), paths.HOME),))
    rows = [
        {
            "title": each.board.title,
            "page": paths.board_page(each.board.id),
            "open": len(each.places),
            "active": sum(place.item.state == "active" for place in each.places),
            "blocked": sum(place.item.blocked is not None for place in each.places),
            "risk": sum(place.at_risk for place in each.places),
            "late": sum(place.breached for place in each.places),
        }
        for each in boards
    ]
    return List(page, "boards.html", {"rows": rows})


def _item(place: Place, shown: Shown, site: Site) -> dict[str, Any]:
    item, say = place.item, site.language.say
    card = site.cards.get(item.process)
    base, raised = item.priority or "P3", f"P{place.raised.priority}"
    return {
        "id": item.id,
        "title": visible(item.title),
        "class": "" if item.item_class == "standard" else say(CLASSES[item.item_class]),
        "priority": base if base == raised else f"{base}→{raised}",
        "who": visible(item.accountable),
        "used": min(int(place.standing.used * 100), 100) if place.clock else None,
        "due": instant_of(place.standing.due)[:16].replace("T", " ") if place.standing.due else "",
        "sort": "bad" if place.breached else "stale" if place.at_risk else "",
        "age": str(in_words(max(shown.now - (item.moved_at or item.opened_at), 0))),
        "notes": [visible(note) for note in _notes(place, site)],
        "process": card.page if card else "",
        "procedure": card.title if card else "",
    }


def _notes(place: Place, site: Site) -> Iterator[str]:
    item, say = place.item, site.language.say
    if item.blocked:
        yield say("blocked: {reason}", reason=item.blocked.reason)
    if item.waiting:
        yield say("waits for {who}", who=item.waiting.party)
    if concerns := item.concerns():
        yield say("{count} concerns", count=len(concerns))
