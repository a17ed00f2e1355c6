"""The pages that lead to procedures: home, groups, roles, owners, tags, all of them, what is to be reviewed.

Each is worked out as data first: a page whose data are as they were need not be written again.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runbook.definition import ProcessGroup
from runbook.durations import in_words
from runbook.phrases import said
from runbook.views.markdown import Markdown
from runbook.views.site import markup, paths
from runbook.views.site.card import Card
from runbook.views.site.glossary import WORDS
from runbook.views.site.linking import leading
from runbook.views.site.model import Site
from runbook.views.site.page import Page

_SOON = 14
"""Days before a review is due in which it is listed as coming."""
_RECENT = 10
"""Runs that the home page lists."""


@dataclass(frozen=True, slots=True)
class List:
    """A page before it is written: the page, its template, and what that shows."""

    page: Page
    template: str
    data: Mapping[str, Any]

    def made(self) -> str:
        """The page as HTML."""
        return self.page.rendered(self.template, self.data)


@dataclass(frozen=True, slots=True)
class Row:
    """A procedure in a table."""

    card: Card
    takes: str
    seconds: float
    last: str
    rate: str
    badge: str
    sort: str
    overdue: bool


def alert(name: str, cards: Sequence[Card], site: Site) -> List:
    """Where an alert leads: at once to its procedure, when there is one."""
    say = site.language.say
    page = Page(site, paths.alert_page(name), name, "alert", trail=((say("Home"), paths.HOME),))
    only = page.to(cards[0].page) if len(cards) == 1 else ""
    procedures = [(each.title, each.page, each.summary) for each in cards]
    return List(page, "alert.html", {"only": only, "procedures": procedures})


def row(card: Card, site: Site) -> Row:
    """What a table says of a procedure."""
    usage = site.usage.get(card.id)
    word, sort = site.freshness(card.id)
    median = usage.median if usage else None
    rate = usage.success_rate if usage else None
    return Row(
        card,
        takes=said(in_words(median), site.language.say) if median is not None else "",
        seconds=median or 0.0,
        last=usage.proved_at[:10] if usage else "",
        rate=f"{round(rate * 100)} %" if rate is not None else "",
        badge=word,
        sort=sort,
        overdue=site.is_overdue(card),
    )


def home(site: Site) -> List:
    """The first page: what there is, what matters most, what needs somebody."""
    say = site.language.say
    page = Page(site, paths.HOME, site.project.title, "home", summary=site.project.summary)
    late = [card for card in site.listed if site.is_overdue(card)]
    stale = [card for card in site.listed if site.freshness(card.id)[1] == "stale"]
    counted = say(
        "{processes} in {groups}.",
        processes=site.language.count(len(site.listed), "{number} procedure", "{number} procedures"),
        groups=site.language.count(len(site.groups), "{number} group", "{number} groups"),
    )
    data = {
        "counted": counted,
        "pinned": [row(site.cards[id], site) for id in site.settings.pinned if id in site.cards],
        "groups": [_group_row(group, cards, site) for group, cards in site.groups],
        "late": [row(card, site) for card in late[:8]],
        "stale": [row(card, site) for card in stale[:8]],
        "recent": _recent(site),
        "names": [
            (say(title), [(name, path_of(name), len(cards)) for name, cards in found.items()])
            for title, found, path_of in (
                ("Roles", site.roles, paths.role_page),
                ("Owners", site.owners, paths.owner_page),
                ("Tags", site.tags, paths.tag_page),
            )
        ],
    }
    return List(page, "home.html", data)


def _group_row(group: ProcessGroup, cards: Sequence[Card], site: Site) -> dict[str, Any]:
    usages = [usage for card in cards if (usage := site.usage.get(card.id))]
    ended, succeeded = sum(each.ended for each in usages), sum(each.succeeded for each in usages)
    steps = sum(card.steps for card in cards)
    return {
        "title": group.title,
        "page": paths.group_page(group.id),
        "summary": group.summary,
        "owner": group.owner,
        "processes": len(cards),
        "automated": round(sum(card.steps * card.automated for card in cards) / steps) if steps else 0,
        "runs": sum(each.runs for each in usages),
        "rate": f"{round(100 * succeeded / ended)} %" if ended else "",
        "overdue": sum(site.is_overdue(card) for card in cards),
    }


def _recent(site: Site) -> list[dict[str, str]]:
    """The newest runs of all processes."""
    known = [(usage, site.cards[id]) for id, usage in site.usage.items() if id in site.cards]
    found = [(run.started_at, run.run, run.status, card) for usage, card in known for run in usage.recent]
    newest = sorted(found, key=lambda each: each[:2], reverse=True)[:_RECENT]
    return [
        {"at": at[:16].replace("T", " "), "status": status, "title": card.title, "page": card.page}
        for at, _, status, card in newest
    ]


def group(group: ProcessGroup, cards: Sequence[Card], site: Site) -> List:
    """The page of a process group."""
    page = Page(
        site,
        paths.group_page(group.id),
        group.title,
        "group",
        summary=group.summary,
        group=group.id,
        trail=_trail(site),
    )
    data = {
        "group": group,
        "description": markup.text(group.description, leading(group.file, paths.group_page(group.id), site))
        if group.description
        else "",
        "scope_in": list(map(markup.text, group.scope_in)),
        "scope_out": list(map(markup.text, group.scope_out)),
        "found": [row(card, site) for card in cards],
        "owner": (group.owner, paths.owner_page(group.owner) if group.owner in site.owners else ""),
        "print": paths.group_print_page(group.id) if cards else "",
    }
    return List(page, "group.html", data)


def under(site: Site, path: str, title: str, sort: str, cards: Iterable[Card]) -> List:
    """The procedures of an owner, or under a tag."""
    page = Page(site, path, title, sort, trail=_trail(site))
    return List(page, "listed.html", {"found": [row(card, site) for card in cards]})


def every(site: Site) -> List:
    """All procedures from A to Z."""
    letters: dict[str, list[tuple[str, str, str]]] = {}
    for card in site.listed:
        first = card.title[:1].upper()
        letters.setdefault(first if first.isalpha() else "#", []).append((card.title, card.page, card.group))
    page = Page(site, paths.ALL, site.language.say("A to Z"), "all", trail=_trail(site))
    return List(page, "all.html", {"letters": sorted(letters.items())})


def role(name: str, cards: Sequence[Card], site: Site) -> List:
    """A role: every step that is its part, in all procedures."""
    page = Page(site, paths.role_page(name), name, "role", trail=_trail(site))
    found = [(card.title, card.page, part) for card in cards for part in card.parts if part.role == name]
    summaries = list(dict.fromkeys(part.summary for _, _, part in found if part.summary))
    return List(page, "role.html", {"found": found, "summaries": summaries})


def review(site: Site) -> List:
    """What is to be looked at: reviews that are late or come soon, what was never or not for long carried out."""
    soon = ""
    if site.today:
        soon = (datetime.date.fromisoformat(site.today) + datetime.timedelta(days=_SOON)).isoformat()
    say, rows = site.language.say, [row(card, site) for card in site.listed]
    by_day = sorted((each for each in rows if each.card.review), key=lambda each: (each.card.review, each.card.title))
    found = (
        (say("Review overdue"), [each for each in by_day if each.overdue]),
        (
            say("Review due within two weeks"),
            [each for each in by_day if not each.overdue and each.card.review <= soon],
        ),
        (say("Not carried out for long"), [each for each in rows if each.sort in ("stale", "ageing")]),
        (say("Never carried out"), [each for each in rows if each.sort == "never"]),
        (say("Without a date of review"), [each for each in rows if not each.card.review]),
    )
    page = Page(site, paths.REVIEW, say("Reviews"), "review", trail=_trail(site))
    return List(page, "review.html", {"parts": [(title, some) for title, some in found if some]})


def changes(site: Site) -> List:
    """What changed in the definitions, newest first."""
    by_file = {card.file: card for card in site.listed}
    found = [
        (each, [(by_file[file].title, by_file[file].page) for file in each.files if file in by_file])
        for each in site.history.changes
    ]
    page = Page(site, paths.CHANGES, site.language.say("What changed"), "changes", trail=_trail(site))
    return List(page, "changes.html", {"found": found})


def glossary(site: Site) -> List:
    """What the words on these pages mean: ours, and those of the project."""
    say = site.language.say
    words = {say(word): markup.inline(Markdown(say(meaning))) for word, meaning in WORDS.items()}
    words |= {word: markup.text(meaning) for word, meaning in site.settings.glossary.items()}
    page = Page(site, paths.GLOSSARY, say("Glossary"), "glossary", trail=_trail(site))
    return List(page, "glossary.html", {"words": sorted(words.items(), key=lambda each: each[0].casefold())})


def missing(site: Site) -> List:
    """What a web server shows where there is no page."""
    return List(Page(site, paths.MISSING, site.language.say("There is no such page"), "missing"), "404.html", {})


def _trail(site: Site) -> tuple[tuple[str, str], ...]:
    return ((site.language.say("Home"), paths.HOME),)
