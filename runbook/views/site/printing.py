"""Pages of the site as one document that is made a PDF: a table of contents, then each with its id on every page.

Rule 1: the document needs nothing from elsewhere; a link leads to the web, or to what is in the document.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from runbook.views.checklist import SHORT, checklist_style
from runbook.views.site.card import Card
from runbook.views.site.process import process_html
from runbook.views.site.styles import asset, stylesheet

if TYPE_CHECKING:
    from runbook.views.language import Language
    from runbook.views.site.model import Site
    from runbook.views.site.paper import Sheets

_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_TAG = re.compile(r"<[A-Za-z][^>]*>")
_NAME = re.compile(r' (id|for|aria-labelledby|aria-describedby)="([^"]*)"')
_LINK = re.compile(r' href="([^"]*)"')
_TYPED = re.compile(r'<input (?!type="checkbox")')
_USUAL = re.compile(r' placeholder="([^"]*)"')
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def procedures(cards: Sequence[Card], title: str, site: Site) -> tuple[str, str]:
    """Procedures as one document, and its style."""
    pages = {card.page: card for card in cards}
    parts = []
    for card in cards:
        found = _MAIN.search(process_html(card, site))
        parts.append(_article(card, _inside(found[1] if found else "", card, pages), "process"))
    return _document(cards, title, site.language, parts), stylesheet(site.settings.theme) + _style(site.language)


def checklists(cards: Sequence[Card], title: str, sheets: Sheets) -> tuple[str, str]:
    """The checklists of procedures as one document, and its style."""
    language = sheets.site.language
    parts = [_article(card, sheets.of(card).html, "sheet") for card in cards]
    style = checklist_style(language.say) + asset("paper.css") + _style(language)
    return _document(cards, title, language, parts), style


def _inside(html: str, card: Card, pages: dict[str, Card]) -> str:
    """A page as a part of a document: names are its own, details are open, links lead to what is there."""

    def tag(found: re.Match[str]) -> str:
        if _TYPED.match(found[0]):
            usual = _USUAL.search(found[0])
            return f'<span class="value">{usual[1] if usual else "&nbsp;"}</span>'
        named = _NAME.sub(lambda each: f' {each[1]}="{_names(card, each[2])}"', found[0])
        linked = _LINK.sub(lambda each: _link(each[1], card, pages), named)
        return linked.replace("<details", "<details open", 1) if " open" not in linked else linked

    return _TAG.sub(tag, html)


def _names(card: Card, names: str) -> str:
    return " ".join(f"{_prefix(card)}--{name}" for name in names.split())


def _prefix(card: Card) -> str:
    return card.id.replace("/", ".")


def _link(target: str, card: Card, pages: dict[str, Card]) -> str:
    if _ELSEWHERE.match(target):
        return f' href="{target}"'
    path, _, anchor = target.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(card.page), path)) if path else card.page
    if path not in pages:
        return ""
    there = _prefix(pages[path])
    return f' href="#{there}--{anchor}"' if anchor else f' href="#{there}"'


def _article(card: Card, html: str, sort: str) -> Markup:
    about = f"{card.id}  {card.definition[:SHORT]}"
    return Markup('<article class="printed {}" id="{}" data-about="{}">\n{}</article>').format(
        sort, _prefix(card), about, Markup(html)
    )


def _document(cards: Sequence[Card], title: str, language: Language, parts: Sequence[Markup]) -> str:
    contents = Markup("")
    if len(cards) != 1:
        lines = Markup("\n").join(
            Markup('<li><a href="#{}">{}</a></li>').format(_prefix(card), card.title) for card in cards
        )
        contents = Markup('<nav class="toc"><h1>{}</h1><ol>\n{}\n</ol></nav>').format(title, lines)
    head = Markup('<html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>').format(language.code, title)
    return "\n".join(["<!doctype html>", head, "<body>", contents, *parts, "</body></html>", ""])


def _style(language: Language) -> str:
    words = language.say("Page {number} of {total}", number='" counter(page) "', total='" counter(pages) "')
    number = f'"{words}"'.removesuffix(' ""')
    return f"{asset('pdf.css')}\n@page {{ @bottom-right {{ content: {number} }} }}\n"
