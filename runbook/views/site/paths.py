"""Where each page of the site stands. Processes stand as in the repository, so that no group meets a page of ours."""

from __future__ import annotations

import hashlib
import posixpath
import re
from functools import lru_cache

HOME, ALL, SEARCH, REVIEW = "index.html", "all.html", "search.html", "review.html"
CATALOGUE, BOARDS = "catalogue.html", "boards/index.html"
CHANGES, GLOSSARY, MISSING, RUNS = "changes.html", "glossary.html", "404.html", "runs/index.html"
SITEMAP = "sitemap.xml"
SEARCH_INDEX, WORDS = "assets/search-index.js", "assets/words.js"
PRINT, PAPER_STYLE = "print.html", "assets/checklist.css"

_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def group_page(id: str) -> str:
    """The page of a process group."""
    return f"processes/{id}/index.html"


def group_print_page(id: str) -> str:
    """The page with all checklists of a process group."""
    return f"processes/{id}/index.checklist.html"


@lru_cache(maxsize=10_000)
def process_page(id: str) -> str:
    """The page of a process."""
    group, _, name = id.rpartition("/")
    return posixpath.join("processes", group, f"{name}.process.html" if name == "index" else f"{name}.html")


def checklist_page(id: str) -> str:
    """The checklist of a process on paper."""
    return f"{process_page(id).removesuffix('.html')}.checklist.html"


def run_page(run: str) -> str:
    """The page of a run's record."""
    return f"runs/{run}.html"


def board_page(id: str) -> str:
    """The page of a board."""
    return f"boards/{id}.board.html" if id == "index" else f"boards/{id}.html"


def alert_page(name: str) -> str:
    """Where an alert of that name leads: the name stands as it is, so that a monitor can put the address together."""
    return f"alerts/{name}.html"


def role_page(name: str) -> str:
    """The page of a role: its steps in all processes."""
    return f"roles/{named(name)}.html"


def owner_page(name: str) -> str:
    """The page of whoever owns processes."""
    return f"owners/{named(name)}.html"


def tag_page(name: str) -> str:
    """The page of a tag."""
    return f"tags/{named(name)}.html"


def named(name: str) -> str:
    """A name of an author as the name of a file: two names never give the same, and plain ones stay as they are."""
    plain = _OTHER.sub("-", name.lower()).strip("-")[:_LONGEST]
    return plain if plain == name else f"{plain or 'name'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def between(page: str, target: str) -> str:
    """The way from a page to another one, or to one of its anchors."""
    path, mark, anchor = target.partition("#")
    if path == page or not path:
        return f"#{anchor}" if mark else posixpath.basename(page)
    return _from_folder(page.rpartition("/")[0], path) + mark + anchor


@lru_cache(maxsize=10_000)
def _from_folder(folder: str, path: str) -> str:
    """The way from any page of a folder: what stands beside pages is led to from all of them alike."""
    here, there = folder.split("/") if folder else [], path.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    return "../" * (len(here) - same) + "/".join(there[same:])


def root(page: str) -> str:
    """The way from a page to the folder that all pages stand in: empty, or with a slash at its end."""
    return "../" * page.count("/")
