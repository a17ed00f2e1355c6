"""Where the links of a free page lead on the site: to pages, to processes, to pictures, to the file where it is kept.

Rule 1: a link that leads nowhere on the site is plain text, and is told of; never is one left that is dead.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from runbook.views.site import markup, paths
from runbook.views.site.constructs import safe_anchor
from runbook.views.site.free import FreePage, FreePages

if TYPE_CHECKING:
    from markdown_it.token import Token

    from runbook.views.site.model import Site

_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it was written, and the file (from the project) and the anchor that it means."""

    written: str
    file: str
    anchor: str
    line: int


@dataclass(frozen=True, slots=True)
class Lost:
    """A link to an anchor that a page does not have: the page it stands on, its line, and what it is."""

    page: str
    line: int
    message: str


def meant(page: FreePage, written: str) -> tuple[str, str] | None:
    """The file and the anchor that a target of a page means; None for one that leads out of the project's files."""
    if _ELSEWHERE.match(written):
        return None
    path, _, anchor = written.partition("#")
    path = unquote(path.partition("?")[0])
    if not path:
        return page.file, unquote(anchor)
    place = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(page.file), path)
    return posixpath.normpath(place), unquote(anchor)


def target(page: FreePage, site: Site, written: str) -> str:
    """Where a target of a page leads, as it stands in the page; empty when that is nowhere."""
    found = meant(page, written)
    if found is None:
        return written
    file, anchor = found
    there = place_of(site, file)
    if not there:
        outside = file == ".." or file.startswith(("../", "/"))
        return "" if outside else site.source_of(file)
    with_anchor = anchor and (file in site.pages.by_file or there == page.path)
    mark = f"#{quote(safe_anchor(anchor))}" if with_anchor else ""
    return paths.between(page.path, there + mark)


def place_of(site: Site, file: str) -> str:
    """Where a file of the project stands on the site; empty when it does not."""
    if page := site.pages.by_file.get(file):
        return page.path
    if picture := site.pages.pictures.get(file):
        return picture
    return site.places.get(file, "")


def links(page: FreePage) -> Iterator[Link]:
    """Every link and picture of a page that means a file of the project."""
    for token in markup.page_tokens(page.body):
        line = page.skipped + (token.map[0] if token.map else 0) + 1
        for written in _written(token):
            if found := meant(page, written):
                yield Link(written, *found, line)


def _written(token: Token) -> Iterator[str]:
    for child in token.children or ():
        if child.type == "link_open":
            yield str(child.attrs.get("href", ""))
        elif child.type == "image":
            yield str(child.attrs.get("src", ""))
        yield from _written(child)


def lost_anchors(pages: FreePages) -> Iterator[Lost]:
    """Every link between pages whose anchor is not there, page by page."""
    anchors: dict[str, set[str]] = {}
    for page in pages.pages:
        for link in links(page):
            known = pages.by_file.get(link.file)
            if known is None or not link.anchor:
                continue
            if known.file not in anchors:
                anchors[known.file] = anchors_of(known)
            if link.anchor not in anchors[known.file]:
                yield Lost(page.file, link.line, f"`{link.written}` leads to an anchor that {known.file} does not have")


def anchors_of(page: FreePage) -> set[str]:
    """Every anchor of a page, as its author writes it: those of headings, and those set by hand."""
    tokens = markup.page_tokens(page.body)
    by_hand = {child.content for token in tokens for child in token.children or () if child.type == "own_anchor"}
    return by_hand | {anchor for _, anchor, _ in markup.page_headings(tokens)}
