"""All pages of the site: each with its path, what it depends on, and how it is made when it is wanted.

Rule 1: a page's key changes with everything that the page shows; one whose key is as it was need not be made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import runbook
from runbook.definition import Process
from runbook.views.figures import due
from runbook.views.site import lists, paths
from runbook.views.site.model import Site
from runbook.views.site.process import process_html


@dataclass(frozen=True, slots=True)
class Planned:
    """A page to be: `made` gives its text; what is the same for the same `key`."""

    path: str
    key: str
    made: Callable[[], str]


def planned(site: Site) -> Iterator[Planned]:
    """Every page, the first one first."""
    every = _key(site, "every", tuple(_process_key(process, site) for process in site.processes))
    yield Planned(paths.HOME, every, lambda: lists.home_page(site))
    for group, processes in site.groups:
        key = _key(site, "group", group, tuple(_process_key(process, site) for process in processes))
        yield Planned(paths.group_page(group.id), key, lambda group=group, processes=processes: lists.group_page(group, processes, site))
    for process in site.processes:
        yield Planned(paths.process_page(process.id), _process_key(process, site), lambda process=process: process_html(process, site)[0])
    for name, processes in site.roles.items():
        yield Planned(paths.role_page(name), every, lambda name=name, processes=processes: lists.role_page(name, processes, site))
    for name, processes in site.owners.items():
        yield Planned(paths.owner_page(name), every, lambda name=name, processes=processes: lists.listed_page(site, paths.owner_page(name), name, "owner", processes))
    for name, processes in site.tags.items():
        yield Planned(paths.tag_page(name), every, lambda name=name, processes=processes: lists.listed_page(site, paths.tag_page(name), name, "tag", processes))
    yield Planned(paths.ALL, every, lambda: lists.all_page(site))
    yield Planned(paths.REVIEW, every, lambda: lists.review_page(site))
    if site.changes:
        yield Planned(paths.CHANGES, _key(site, every, site.changes), lambda: lists.changes_page(site))
    yield Planned(paths.MISSING, every, lambda: lists.missing_page(site))


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
        site.revisions.get(process.file),
        users,
    )


def _key(site: Site, *parts: object) -> str:
    frame = (runbook.__version__, site.overridden, site.language.code, site.project.title, site.beside, site.lists, site.commit, site.settings)
    return hashlib.sha256(repr((frame, parts)).encode()).hexdigest()
