"""All pages of the site: each with its path, what it depends on, and how it is made when it is wanted.

Rule 1: a page's key changes with everything that the page shows; one whose key is as it was need not be made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import runbook
from runbook.definition import Process
from runbook.views.figures import due
from runbook.views.site import lists, paths
from runbook.views.site.free_page import free_page, overview
from runbook.views.site.model import Site
from runbook.views.site.process import process_html


@dataclass(frozen=True, slots=True)
class Planned:
    """A page to be: `made` gives its text; what is the same for the same `key`."""

    path: str
    key: str
    made: Callable[[], str | bytes]


def planned(site: Site) -> Iterator[Planned]:
    """Every page, the first one first."""
    every = _key(site, "every", tuple(_process_key(process, site) for process in site.processes))
    yield Planned(paths.HOME, every, partial(lists.home_page, site))
    for group, processes in site.groups:
        key = _key(site, "group", group, tuple(_process_key(process, site) for process in processes))
        yield Planned(paths.group_page(group.id), key, partial(lists.group_page, group, processes, site))
    for process in site.processes:
        yield Planned(paths.process_page(process.id), _process_key(process, site), partial(process_html, process, site))
    for name, processes in site.roles.items():
        yield Planned(paths.role_page(name), every, partial(lists.role_page, name, processes, site))
    for sort, path_of, found in (("owner", paths.owner_page, site.owners), ("tag", paths.tag_page, site.tags)):
        for name, processes in found.items():
            made = partial(lists.listed_page, site, path_of(name), name, sort, processes)
            yield Planned(path_of(name), every, made)
    yield from _free(site)
    yield Planned(paths.ALL, every, partial(lists.all_page, site))
    yield Planned(paths.REVIEW, every, partial(lists.review_page, site))
    if site.history.changes:
        yield Planned(paths.CHANGES, _key(site, every, site.history.changes), partial(lists.changes_page, site))
    yield Planned(paths.GLOSSARY, every, partial(lists.glossary_page, site))
    yield Planned(paths.MISSING, every, partial(lists.missing_page, site))


def _free(site: Site) -> Iterator[Planned]:
    """The free pages, and an overview of each folder that has no page of its own."""
    linked = _key(site, site.pages.listed, sorted(site.places.items()))
    for section in site.pages.sections:
        if section.index is None:
            yield Planned(section.path, _key(site, linked, section), partial(overview, section, site))
    for page in site.pages.pages:
        key = _key(site, linked, page, site.history.files.get(page.file, ())[:1])
        yield Planned(page.path, key, partial(free_page, page, site))


def _process_key(process: Process, site: Site) -> str:
    """What the page of a process depends on."""
    users = [(user.id, user.title) for user in site.users.get(process.id, ())]
    review = due(process)
    return _key(
        site,
        site.hashes[process.id],
        process.owner,
        site.usage.get(process.id),
        site.freshness(process.id),
        review and review < site.today,
        site.history.files.get(process.file),
        users,
    )


def _key(site: Site, *parts: object) -> str:
    frame = (
        runbook.__version__,
        site.overridden,
        site.language.code,
        site.project.title,
        site.beside,
        site.lists,
        site.pages.beside,
        site.commit,
        site.settings,
    )
    return hashlib.sha256(repr((frame, parts)).encode()).hexdigest()
