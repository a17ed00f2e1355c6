"""Reads every page of a site as a browser would, and follows every link that stays on it."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LEADS = {"href": ("a", "link", "use"), "src": ("img", "script"), "action": ("form",)}
_NAMES = ("for", "aria-controls", "aria-labelledby", "aria-describedby")


class Read(HTMLParser):
    """What a page says: its anchors, its links, and what it names of itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: Counter[str] = Counter()
        self.links: list[str] = []
        self.titles = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.titles += tag == "h1"
        for name, value in attrs:
            if name == "id" and value:
                self.anchors[value] += 1
            elif tag in _LEADS.get(name, ()) and value is not None:
                self.links.append(value)
            elif name in _NAMES:
                self.links += [f"#{each}" for each in (value or "").split()]


def dead(site: Path) -> list[str]:
    """Every link of a site that leads to no file or to no anchor, and every anchor that a page has twice."""
    pages = {path: Read(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        found += [f"{name} has #{anchor} twice" for anchor, number in page.anchors.items() if number > 1]
        several = path.name in ("print.html", "index.checklist.html")  # one after the other, each with its own
        found += [f"{name} has {page.titles} titles"] if page.titles != 1 and not (several and page.titles) else []
        found += [f"{name}: {link}" for link in page.links if not _leads_somewhere(link, path, site, pages)]
    return found


def _leads_somewhere(link: str, path: Path, site: Path, pages: dict[Path, Read]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not file.is_file() or site.resolve() not in file.parents:
        return False
    return not parts.fragment or file not in pages or unquote(parts.fragment) in pages[file].anchors
