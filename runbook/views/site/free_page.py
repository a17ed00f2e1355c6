"""A free page of the project as a page of the site, and the overview of a folder that has none of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from runbook.views.site import markup, paths
from runbook.views.site.constructs import safe_anchor
from runbook.views.site.console import typed
from runbook.views.site.free import FreePage, Section
from runbook.views.site.links import links, place_of, target
from runbook.views.site.page import Page

if TYPE_CHECKING:
    from runbook.views.site.model import Site

_SHOWN = (2, 3)
"""The levels of headings that stand beside a page."""
_LINES = re.compile(r"L\d+(-L\d+)?")


@dataclass(frozen=True, slots=True)
class Lost:
    """What a page says that leads nowhere, or can't be read: its file, its line, and what it is."""

    file: str
    line: int
    message: str
    target: str = ""
    """The file that is not part of the site, where that is all that is known of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a page for the search: its anchor, its heading, its text, and the commands in it."""

    anchor: str
    title: str
    text: str
    commands: tuple[str, ...]


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
            "headings": tuple((level, safe_anchor(anchor), title) for level, anchor, title in headings if level in _SHOWN),
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


def lost(site: Site) -> Iterator[Lost]:
    """Everything in the free pages that leads nowhere, page by page."""
    anchors: dict[str, set[str]] = {}
    for page in site.pages.pages:
        if page.complaint:
            yield Lost(page.file, 1, page.complaint)
        for link in links(page):
            known = site.pages.by_file.get(link.file)
            if known:
                if known.file not in anchors:
                    anchors[known.file] = anchors_of(known)
                if link.anchor and link.anchor not in anchors[known.file]:
                    yield Lost(page.file, link.line, f"`{link.written}` leads to an anchor that {known.file} does not have")
            elif not place_of(site, link.file):
                yield Lost(page.file, link.line, f"`{link.written}` leads to no page", link.file)


def anchors_of(page: FreePage) -> set[str]:
    """Every anchor of a page, as its author writes it."""
    body, headings = markup.page_text(page.body, lambda written: written)
    by_hand = set(re.findall(r'<span id="([^"]+)"></span>', body))
    return {anchor for _, anchor, _ in headings} | {each.removeprefix(".") for each in by_hand}


def parts(page: FreePage) -> tuple[Told, ...]:
    """What a page says, by its headings; the first part is what stands before them, and has no anchor."""
    _, headings = markup.page_text(page.body, lambda written: written)
    anchors = iter(headings)
    found: list[tuple[str, str, list[str], list[str]]] = [("", page.title, [], [])]
    inside = ""
    for token in markup.page_tokens(page.body):
        if token.type == "heading_open":
            level, anchor, title = next(anchors)
            inside = token.type
            if level > 1:
                found.append((safe_anchor(anchor), title, [], []))
        elif token.type == "heading_close":
            inside = ""
        elif token.type == "inline" and not inside:
            found[-1][2].append("".join(_said(token.children or ())))
        elif token.type in ("fence", "code_block"):
            language = (token.info.split() or [""])[0]
            commands = [each.command for each in typed(token.content)] if language == "console" else [token.content]
            found[-1][3 if language in ("sh", "bash", "shell", "console") else 2].extend(filter(None, commands))
    return tuple(Told(anchor, title, "\n".join(text), tuple(commands)) for anchor, title, text, commands in found)


def _said(tokens: object) -> Iterator[str]:
    for each in tokens:  # type: ignore[attr-defined]  # a list of the library's tokens
        if each.type in ("text", "code_inline", "image"):
            yield each.content
        elif each.type in ("softbreak", "hardbreak"):
            yield " "

