"""Versions of the documentation beside each other: tags and branches of git, made with the present templates.

Rule 1: a version is read from git again only when its commit, the settings, or the program have changed.
Rule 2: runs, reviews and the history of files belong to the present version alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.engine.site_files import Earlier
    from runbook.reading.library import Library
    from runbook.views.site.card import Card
    from runbook.views.site.editions import Edition, Editions
    from runbook.views.site.model import Site
    from runbook.views.site.paper import Sheets
    from runbook.views.site.site import Planned


@dataclass
class Past:
    """A version that is not the present one."""

    workspace: Workspace
    present: Site
    name: str
    folder: str
    commit: str

    @cached_property
    def base(self) -> str:
        """The same for the same pages, but for the menu on them."""
        site = self.present
        shown = (self.commit, self.name, site.version, site.made_with, site.language.code, repr(site.settings))
        return hashlib.sha256(repr(shown).encode()).hexdigest()

    @cached_property
    def library(self) -> Library:
        """The project as it was, with what this program finds wrong in it."""
        from runbook.engine.snapshots import snapshot
        from runbook.reading.library import read_library

        found = snapshot(self.workspace.root, self.name, self.commit)
        return read_library(
            found.files, self.workspace.kinds, unreadable=found.unreadable, keep=True, signers=found.signers
        )

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """The processes that this program finds errors in, or in what they use."""
        return tuple(sorted(set(self.library.interfaces) - set(self.site.cards)))

    @cached_property
    def site(self) -> Site:
        """What its pages are made from."""
        from runbook.revision import Revisions
        from runbook.views.site.free import FreePages

        cards = dict(self._cards())
        project = self.library.project
        settings = replace(
            self.present.settings,
            runs=0,
            pages="",
            source="",
            base_url="",
            pinned=tuple(id for id in project.docs.pinned if id in cards),
        )
        project = replace(
            project, docs=settings, processes={id: project.processes[id] for id in project.processes if id in cards}
        )
        return replace(
            self.present,
            project=project,
            cards=cards,
            now="",
            commit=self.commit[:10],
            usage={},
            runs=(),
            history=Revisions(),
            pages=FreePages(),
        )

    def _cards(self) -> Iterator[tuple[str, Card]]:
        from runbook.app.definitions import plan
        from runbook.engine.plans import stored
        from runbook.journal.codec import content_hash
        from runbook.views.site.card import card

        library = self.library
        for id, each in library.interfaces.items():
            if not each.whole or id in library.broken:
                continue
            try:
                definition = content_hash(stored(plan(self.workspace, library, id)))
            except Misuse:
                continue  # what it uses can't be read
            group = library.project.groups.get(id.rpartition("/")[0])
            yield id, card(library.project.processes[id], group, self.workspace.kinds, definition)

    def planned(self, editions: Editions | None = None) -> Iterator[Planned]:
        """Its files, below its own folder."""
        from runbook.app.site import planned_anew
        from runbook.views.site.editions import Editions

        site = replace(self.site, editions=replace(editions or Editions(), here=self.name))
        return planned_anew(self.workspace, self.library, site)


def beside(
    sheets: Sheets, workspace: Workspace, earlier: Earlier, anew: bool
) -> tuple[Site, Iterator[Planned], list[str]]:
    """The present site as it knows the other versions, the files of these, and what has to be said of them.

    Those that are as they were are not read, unless all are to be read `anew`.
    """
    from runbook.app.site import planned
    from runbook.engine.snapshots import commit_of
    from runbook.views.site.editions import Edition, Editions, folder_of

    site = sheets.site
    names = site.settings.versions
    found = [Past(workspace, site, name, folder_of(name), commit_of(workspace.root, name)) for name in names]
    present = Edition("", "", frozenset(each.path for each in planned(sheets)))
    every: list[Edition] = [present]
    for past in found:
        kept = earlier.keys(past.folder)
        is_kept = bool(kept) and not anew and all(key.startswith(past.base) for key in kept.values())
        pages = [path.removeprefix(past.folder) for path in kept] if is_kept else [each.path for each in past.planned()]
        every.append(Edition(past.name, past.folder, frozenset(pages)))
    editions = Editions(every=tuple(every))
    notes = [_left_out(past) for past in found if "library" in past.__dict__ and past.left_out]
    return replace(site, editions=editions), _files(found, editions), notes


def _with_menu(key: str, path: str, editions: Editions) -> str:
    """The key of a page with the ways to the same page of other versions on it."""
    return f"{key}.{hashlib.sha256(repr(editions.ways(path)).encode()).hexdigest()[:16]}"


def with_menus(files: Iterator[Planned], editions: Editions) -> Iterator[Planned]:
    """The files of the present version, which are other ones when the menu on them is another."""
    return (replace(each, key=_with_menu(each.key, each.path, editions)) for each in files)


def known_by(editions: Editions, earlier: Earlier, path: str, key: str) -> str:
    """A page of the present version as an earlier build has left it."""
    return earlier.text(path, _with_menu(key, path, editions))


def _left_out(past: Past) -> str:
    ids = past.left_out
    several = f"{len(ids)} procedures have" if len(ids) > 1 else "one procedure has"
    listed = ", ".join(f"`{id}`" for id in ids[:5]) + (" ..." if len(ids) > 5 else "")
    return f"in version `{past.name}` {several} errors, and no page: {listed}"


def _files(found: Sequence[Past], editions: Editions) -> Iterator[Planned]:
    """The files of all these versions, each made when it is wanted."""
    from runbook.views.site.site import Planned

    for past in found:
        seen = replace(editions, here=past.name)
        (pages,) = [each.pages for each in editions.every if each.name == past.name]
        made = _Made(past, seen)
        for path in sorted(pages):
            yield Planned(f"{past.folder}{path}", _with_menu(past.base, path, seen), partial(made.text, path))


@dataclass
class _Made:
    """Makes the files of one version."""

    past: Past
    editions: Editions

    def text(self, path: str) -> str | bytes:
        """One of them."""
        return self._planned[path].made()

    @cached_property
    def _planned(self) -> dict[str, Planned]:
        return {each.path: each for each in self.past.planned(self.editions)}
