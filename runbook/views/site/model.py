"""What the pages of the site are made from: the definitions, the runs, the history, the settings. Nothing of HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from runbook.definition import Process, ProcessGroup, Project
from runbook.kind import Kinds
from runbook.revision import Revisions
from runbook.run.usage import freshness
from runbook.views.language import ENGLISH, Language
from runbook.views.site import paths
from runbook.views.site.card import Card
from runbook.views.site.catalogued import Catalogued
from runbook.views.site.editions import Editions
from runbook.views.site.free import FreePages

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

    from runbook.definition import Docs
    from runbook.run.usage import Usage
    from runbook.views.site.board_page import Shown
    from runbook.views.site.runs import Kept


@dataclass(frozen=True)
class Site:
    """Everything that is known when the site is built; `now` is the instant of the build.

    A process itself is read when its page is made: what lists show of it is on its card.
    """

    project: Project
    kinds: Kinds
    cards: Mapping[str, Card]
    templates: jinja2.Environment
    language: Language = ENGLISH
    now: str = ""
    version: str = ""
    """Of runbook itself."""
    commit: str = ""
    usage: Mapping[str, Usage] = field(default_factory=dict)
    """What the runs of each process tell."""
    history: Revisions = field(default_factory=Revisions)
    """How the definitions have changed, from git."""
    pages: FreePages = field(default_factory=FreePages)
    """The free pages of the project."""
    runs: tuple[Kept, ...] = ()
    """The runs whose records are pages."""
    made_with: str = ""
    """Stands for the program that makes the pages, with the templates that the project has put in the place of ours."""

    catalogue: Catalogued | None = None
    """What the department says of itself; None where none is described."""
    boards: tuple[Shown, ...] | None = None
    """The boards as they stand; None unless the project wants pages of them."""
    editions: Editions = field(default_factory=Editions)
    """The versions that stand beside each other."""

    @property
    def today(self) -> str:
        """The day the site is built."""
        return self.now[:10]

    @cached_property
    def run_pages(self) -> frozenset[str]:
        """The runs that have a page."""
        return frozenset(each.run.run for each in self.runs)

    @property
    def settings(self) -> Docs:
        """What the project wants of its site."""
        return self.project.docs

    def process(self, id: str) -> Process:
        """A process itself, read when it was not before."""
        return self.project.processes[id]

    @cached_property
    def listed(self) -> tuple[Card, ...]:
        """All procedures by title."""
        return tuple(sorted(self.cards.values(), key=lambda each: (each.title.casefold(), each.id)))

    @cached_property
    def groups(self) -> tuple[tuple[ProcessGroup, tuple[Card, ...]], ...]:
        """The groups by title, each with its procedures by title."""
        inside: dict[str, list[Card]] = {id: [] for id in self.project.groups}
        for each in self.listed:
            inside.setdefault(each.group_id, []).append(each)
        known = self.project.groups
        found = [(known.get(id, ProcessGroup(id, id, "")), tuple(cards)) for id, cards in inside.items()]
        return tuple(sorted(found, key=lambda each: (each[0].title.casefold(), each[0].id)))

    @cached_property
    def owners(self) -> Mapping[str, tuple[Card, ...]]:
        """The procedures of each owner."""
        return self._by(lambda each: (each.owner,))

    @cached_property
    def tags(self) -> Mapping[str, tuple[Card, ...]]:
        """The procedures under each tag."""
        return self._by(lambda each: each.tags)

    @cached_property
    def roles(self) -> Mapping[str, tuple[Card, ...]]:
        """The procedures in which each role is played."""
        return self._by(lambda each: (part.role for part in each.parts))

    @cached_property
    def alerts(self) -> Mapping[str, tuple[Card, ...]]:
        """The procedures for each alert."""
        return self._by(lambda each: each.alerts)

    @cached_property
    def users(self) -> Mapping[str, tuple[Card, ...]]:
        """Of each process that others run as a step, these others."""
        return self._by(lambda each: each.uses)

    @cached_property
    def beside(self) -> tuple[tuple[str, str, int], ...]:
        """The groups as they stand beside every page: id, title, number of procedures."""
        return tuple((group.id, group.title, len(cards)) for group, cards in self.groups)

    @cached_property
    def navigations(self) -> dict[tuple[str, str], Markup]:
        """The navigation of procedures as it was made for the first of each folder and group: it is the same there."""
        return {}

    @cached_property
    def lists(self) -> tuple[tuple[str, str], ...]:
        """The other ways into the site: titles and pages."""
        say = self.language.say
        found = [(say("A to Z"), paths.ALL)]
        found += [(say("Catalogue"), paths.CATALOGUE)] if self.catalogue else []
        found += [(say("Boards"), paths.BOARDS)] if self.boards else []
        found += [(say("Reviews"), paths.REVIEW)] if not self.editions.are_past else []
        found += [(say("What changed"), paths.CHANGES)] if self.history.changes else []
        found += [(say("Runs"), paths.RUNS)] if self.settings.runs != 0 else []
        return (*found, (say("Glossary"), paths.GLOSSARY))

    @cached_property
    def role_pages(self) -> Mapping[str, str]:
        """The page of each role."""
        return {name: paths.role_page(name) for name in self.roles}

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Where the definitions stand on the site: files of procedures, files and folders of groups."""
        found = {"processes": paths.ALL, "runbook.yaml": paths.HOME}
        for group, _ in self.groups:
            page = paths.group_page(group.id)
            found |= {f"processes/{group.id}": page, f"processes/{group.id}/group.yaml": page}
        return found | {each.file: each.page for each in self.listed}

    def freshness(self, process: str) -> tuple[str, str]:
        """How far a process can be relied on by when it was last carried out: the word, and its class."""
        found = str(freshness(self.usage.get(process), self.settings.max_age, self.now))
        return self.language.say(found), found

    def is_overdue(self, card: Card) -> bool:
        """True when its review should have been by now."""
        return bool(card.review) and card.review < self.today

    def source_of(self, file: str) -> str:
        """Where a file of the project is edited; empty when nobody said it."""
        return self.settings.source.replace("{file}", quote(file)) if self.settings.source else ""

    def _by(self, words: Callable[[Card], Iterable[str]]) -> Mapping[str, tuple[Card, ...]]:
        found: dict[str, list[Card]] = {}
        for each in self.listed:
            for word in dict.fromkeys(words(each)):
                if word:
                    found.setdefault(word, []).append(each)
        return {word: tuple(found[word]) for word in sorted(found, key=str.casefold)}
