"""The free pages of a project: which there are, what they are called, in which order they stand.

Rule 1: a name of a file becomes a name on the site by one rule (`_named`), so that links and files meet.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from runbook.views.site.paths import named
from runbook.views.site.search import Indexed

PAGES = "pages"
"""The folder of the site that they stand in."""

_FRONT = re.compile(r"---[ \t]*\r?\n(.{0,65536}?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LINK = re.compile(r"\]\(\s*<?([^()\s<>]+)")
_SIGNS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`]|(?<!\w)_|_(?!\w)|\\(?=\W)")
_NO_PROSE = re.compile(r"[#>|<~=]|!\[|[-*+][ \t]|\d{1,9}[.)][ \t]|[ \t]")
_SAFE = re.compile(r"\w[\w.-]{0,99}")
_KINDS = {"tutorials": "Tutorials", "how-to": "How to", "reference": "Reference", "explanation": "Explanation"}
"""The four kinds of documentation (Diataxis), in the order in which a reader needs them."""
_READ = 1_000
"""Signs of a line or a paragraph that are looked at for a title."""
_INDEXES = ("index.md", "readme.md")


@dataclass(frozen=True, slots=True)
class FreePage:
    """A page of Markdown: its file, where it stands, its title, its first sentence, its text without front matter."""

    file: str
    path: str
    title: str
    summary: str = ""
    order: float | None = None
    body: str = ""
    skipped: int = 0
    """Lines of its file that stand before the body."""
    complaint: str = ""
    """What is wrong with its front matter."""


@dataclass(frozen=True, slots=True)
class Section:
    """A folder of pages: its path from the project, its title, where it begins, its pages in their order."""

    folder: str
    title: str
    path: str
    pages: tuple[FreePage, ...]
    index: FreePage | None = None
    """Its own page, when there is one."""

    @property
    def every(self) -> tuple[FreePage, ...]:
        """Its own page, and those in it."""
        return (self.index, *self.pages) if self.index else self.pages


@dataclass(frozen=True)
class FreePages:
    """All free pages of a project, and the pictures beside them."""

    folder: str = ""
    sections: tuple[Section, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
    """Where each stands on the site, by its path from the project."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """The hash of the content of each picture."""
    found: Mapping[str, Indexed] = field(default_factory=dict)
    """What each page gives to the search, by its file."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Why a file is no part of the site, by its path."""
    read: Callable[[str], bytes] = lambda file: b""
    """The content of a picture, by the path of its file."""

    @cached_property
    def pages(self) -> tuple[FreePage, ...]:
        """All of them in the order in which they are read."""
        return tuple(page for section in self.sections for page in section.every)

    @cached_property
    def by_file(self) -> Mapping[str, FreePage]:
        """The pages by the path of their file; a folder is its index."""
        found = {page.file: page for page in self.pages}
        folders = {posixpath.dirname(page.file): page for page in reversed(self.pages) if _is_index(page.file)}
        return folders | found

    @cached_property
    def neighbours(self) -> Mapping[str, tuple[FreePage | None, FreePage | None]]:
        """Of each page, by its path, the one before and the one after it."""
        row = [None, *self.pages, None]
        return {page.path: (row[at], row[at + 2]) for at, page in enumerate(self.pages)}

    @cached_property
    def listed(self) -> tuple[object, ...]:
        """What pages show of each other: every page with its title, every picture with its place."""
        pages = tuple(
            (each.title, each.path, tuple((p.file, p.path, p.title) for p in each.pages)) for each in self.sections
        )
        return (*pages, *sorted(self.pictures.items()))

    @cached_property
    def beside(self) -> tuple[tuple[str, str], ...]:
        """The sections as they stand beside every page: title and page."""
        return tuple((section.title, section.path) for section in self.sections)

    def section_of(self, page: FreePage) -> Section:
        """The section that a page stands in."""
        return self._sections[page.path]

    @cached_property
    def _sections(self) -> Mapping[str, Section]:
        return {page.path: section for section in self.sections for page in section.every}


def free_pages(folder: str, texts: Mapping[str, str], pictures: Mapping[str, str], say: Any) -> FreePages:
    """The pages below `folder`, from the texts by their path, with the pictures and the hashes of their content."""
    base = "/".join(part for part in folder.split("/") if part not in ("", "."))
    paths = _paths(base, (*texts, *pictures))
    pages = [_page(file, paths[file], text) for file, text in texts.items()]
    inside: dict[str, list[FreePage]] = {}
    for page in pages:
        inside.setdefault(posixpath.dirname(page.file), []).append(page)
    indexes = {place: _index_of(found) for place, found in inside.items()}
    named_first = _mentioned(base, indexes.get(base))
    sections = []
    for place, found in inside.items():
        index = indexes[place]
        mentioned = {**_mentioned(place, index), **named_first} if index else named_first
        row = sorted((page for page in found if page is not index), key=lambda page: _rank(page, mentioned))
        path = index.path if index else posixpath.join(posixpath.dirname(row[0].path), "index.html")
        title = _title(base, place, index, say)
        sections.append(Section(place, title, path, tuple(row), index))
    sections.sort(key=lambda section: _rank_of_section(base, section, named_first))
    return FreePages(base, tuple(sections), {file: paths[file] for file in pictures}, dict(pictures))


def _paths(base: str, files: Iterable[str]) -> dict[str, str]:
    """Where each file stands on the site."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    every = sorted(files)
    beside_index = {posixpath.dirname(file) for file in every if posixpath.basename(file).lower() == "index.md"}
    for file in every:
        inside = file.removeprefix(f"{base}/").split("/")
        name = inside.pop()
        if name.lower().endswith(".md"):
            stem = name[:-3]
            if stem.lower() == "index" or (stem.lower() == "readme" and posixpath.dirname(file) not in beside_index):
                stem = "index"
            name = f"{stem}.html"
        path = "/".join((PAGES, *map(_named, inside), _named(name)))
        while path.lower() in taken:
            path = "/".join((*path.split("/")[:-1], f"{named(file)}{posixpath.splitext(path)[1]}"))
        taken.add(path.lower())
        found[file] = path
    return found


def _named(name: str) -> str:
    """A name of a file as one that an address can hold as it is."""
    if _SAFE.fullmatch(name):
        return name
    stem, ending = posixpath.splitext(name)
    return named(stem) + (ending if _SAFE.fullmatch(ending.lstrip(".") or "_") else "")


def _page(file: str, path: str, text: str) -> FreePage:
    front = _FRONT.match(text)
    given, complaint = _front_matter(front[1]) if front else ({}, "")
    body = text[front.end() :] if front else text
    title, summary = _beginning(body)
    stem = posixpath.basename(posixpath.splitext(file)[0])
    return FreePage(
        file,
        path,
        _line(given.get("title")) or title or _worded(stem),
        summary,
        given["order"] if isinstance(given.get("order"), int | float) else None,
        body,
        text[: front.end()].count("\n") if front else 0,
        complaint,
    )


def _front_matter(source: str) -> tuple[Mapping[str, Any], str]:
    """What the YAML before a page says, and what is wrong with it."""
    import yaml

    try:
        given = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, "the front matter is no YAML that can be read"
    if given is None:
        return {}, ""
    if not isinstance(given, dict):
        return {}, "the front matter is no mapping"
    if "order" in given and (isinstance(given["order"], bool) or not isinstance(given["order"], int | float)):
        return given, "`order` in the front matter is no number"
    return given, ""


def _line(given: object) -> str:
    return " ".join(given.split())[:200] if isinstance(given, str) else ""


def _beginning(body: str) -> tuple[str, str]:
    """The first heading of a page, and the first sentence of its first paragraph, as plain text."""
    title, summary, fence, before = "", "", "", ""
    paragraph: list[str] = []
    for line in body.splitlines():
        if fenced := _FENCE.match(line):
            if not fence:
                fence = fenced[1]
            elif fenced[1].startswith(fence):
                fence = ""
            continue
        if fence:
            continue
        heading = _HEADING.match(line[:_READ])
        if not title and (heading or (before and _UNDERLINE.match(line))):
            title = _plain(heading[2] if heading else before)
            paragraph = []
        elif line.strip() and not summary and (paragraph or not _NO_PROSE.match(line)):
            paragraph.append(line)
        elif paragraph and not summary:
            summary = _plain(" ".join(paragraph))
        before = line.strip()
        if title and summary:
            break
    return title, _first_sentence(summary or _plain(" ".join(paragraph)))


def _plain(markdown: str) -> str:
    return " ".join(_SIGNS.sub(lambda found: found[1] or "", markdown[:_READ]).split())


def _first_sentence(text: str) -> str:
    found = re.match(r".{20,300}?[.!?](?=\s|$)", text)
    return found[0] if found else text[:300]


def _worded(name: str) -> str:
    words = re.sub(r"[-_]+", " ", name).strip() or name
    return words[:1].upper() + words[1:]


def _is_index(file: str) -> bool:
    return posixpath.basename(file).lower() in _INDEXES


def _index_of(pages: Iterable[FreePage]) -> FreePage | None:
    """The page of a folder that stands for it."""
    return min(
        (page for page in pages if _is_index(page.file)),
        key=lambda page: _INDEXES.index(posixpath.basename(page.file).lower()),
        default=None,
    )


def _mentioned(place: str, index: FreePage | None) -> dict[str, int]:
    """The files and folders that an index leads to, by which comes first."""
    found: dict[str, int] = {}
    for target in _LINK.findall(index.body) if index else ():
        path = posixpath.normpath(posixpath.join(place, target.partition("#")[0]))
        found.setdefault(path, len(found))
        found.setdefault(posixpath.dirname(path), len(found))
    return found


def _rank(page: FreePage, mentioned: Mapping[str, int]) -> tuple[object, ...]:
    order = page.order if page.order is not None else float("inf")
    return (order, mentioned.get(page.file, len(mentioned)), page.title.casefold(), page.file)


def _rank_of_section(base: str, section: Section, mentioned: Mapping[str, int]) -> tuple[object, ...]:
    order = section.index.order if section.index and section.index.order is not None else float("inf")
    name = section.folder.removeprefix(f"{base}/")
    kind = list(_KINDS).index(name) if name in _KINDS else len(_KINDS)
    return (section.folder != base, order, mentioned.get(section.folder, len(mentioned)), kind, section.folder)


def _title(base: str, place: str, index: FreePage | None, say: Any) -> str:
    """What a folder is called: as its own page, or one of the four kinds, or by its name."""
    if index:
        return index.title
    if place == base:
        return str(say("Pages"))
    name = place.removeprefix(f"{base}/")
    return str(say(_KINDS[name])) if name in _KINDS else _worded(name.rpartition("/")[2])
