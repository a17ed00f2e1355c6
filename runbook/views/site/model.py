"""What the pages of the site are made from: the definitions, the runs, the history, the settings. Nothing of HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from runbook.definition import Process, ProcessGroup, Project
from runbook.kind import Kinds
from runbook.revision import Revisions
from runbook.run.usage import freshness
from runbook.views.language import ENGLISH, Language
from runbook.views.site import paths
from runbook.views.site.free import FreePages

if TYPE_CHECKING:
    import jinja2

    from runbook.definition import Docs
    from runbook.run.usage import Usage


@dataclass(frozen=True)
class Site:
    """Everything that is known when the site is built; `today` is a day, `now` an instant."""

    project: Project
    kinds: Kinds
    hashes: Mapping[str, str]
    """Of each process, the hash of its definition and all it uses."""
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
    overridden: str = ""
    """Stands for the templates and colours that the project has put in the place of ours."""

    @property
    def today(self) -> str:
        """The day the site is built."""
        return self.now[:10]

    @property
    def settings(self) -> Docs:
        """What the project wants of its site."""
        return self.project.docs

    @cached_property
    def groups(self) -> tuple[tuple[ProcessGroup, tuple[Process, ...]], ...]:
        """The groups by title, each with its processes by title."""
        inside: dict[str, list[Process]] = {id: [] for id in self.project.groups}
        for process in self.processes:
            inside.setdefault(process.group, []).append(process)
        known = self.project.groups
        found = [(known.get(id, ProcessGroup(id, id, "")), tuple(processes)) for id, processes in inside.items()]
        return tuple(sorted(found, key=lambda each: (each[0].title.casefold(), each[0].id)))

    @cached_property
    def processes(self) -> tuple[Process, ...]:
        """All processes by title."""
        return tuple(sorted(self.project.processes.values(), key=lambda each: (each.title.casefold(), each.id)))

    @cached_property
    def owners(self) -> Mapping[str, tuple[Process, ...]]:
        """The processes of each owner; a process without one has that of its group."""
        return self._by(lambda process: (self.owner_of(process),))

    @cached_property
    def tags(self) -> Mapping[str, tuple[Process, ...]]:
        """The processes under each tag."""
        return self._by(lambda process: process.tags)

    @cached_property
    def roles(self) -> Mapping[str, tuple[Process, ...]]:
        """The processes in which each role is played."""
        return self._by(lambda process: process.roles)

    @cached_property
    def users(self) -> Mapping[str, tuple[Process, ...]]:
        """Of each process that others run as a step, these others."""
        found: dict[str, list[Process]] = {}
        for process in self.processes:
            for used in dict.fromkeys(step.use for step in process.every_step() if step.use):
                found.setdefault(used, []).append(process)
        return {id: tuple(processes) for id, processes in found.items()}

    @cached_property
    def beside(self) -> tuple[tuple[str, str, int], ...]:
        """The groups as they stand beside every page: id, title, number of processes."""
        return tuple((group.id, group.title, len(processes)) for group, processes in self.groups)

    @cached_property
    def lists(self) -> tuple[tuple[str, str], ...]:
        """The other ways into the site: titles and pages."""
        say = self.language.say
        found = [(say("A to Z"), paths.ALL), (say("Reviews"), paths.REVIEW)]
        found += [(say("What changed"), paths.CHANGES)] if self.history.changes else []
        found += [(say("Runs"), paths.RUNS)] if self.settings.runs != 0 else []
        return (*found, (say("Glossary"), paths.GLOSSARY))

    @cached_property
    def role_pages(self) -> Mapping[str, str]:
        """The page of each role."""
        return {name: paths.role_page(name) for name in self.roles}

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Where the definitions stand on the site: files of processes, files and folders of groups."""
        found = {"processes": paths.ALL, "runbook.yaml": paths.HOME}
        for group, _ in self.groups:
            page = paths.group_page(group.id)
            found |= {f"processes/{group.id}": page, f"processes/{group.id}/group.yaml": page}
        return found | {process.file: paths.process_page(process.id) for process in self.processes}

    def freshness(self, process: str) -> tuple[str, str]:
        """How far a process can be relied on by when it was last carried out: the word, and its class."""
        found = freshness(self.usage.get(process), self.settings.max_age, self.now)
        return self.language.say(found), found

    def source_of(self, file: str) -> str:
        """Where a file of the project is edited; empty when nobody said it."""
        return self.settings.source.replace("{file}", quote(file)) if self.settings.source else ""

    def diagram(self, process: Process) -> Markup:
        """The picture of a process."""
        return Markup("")

    def owner_of(self, process: Process) -> str:
        """Who owns the process."""
        group = self.project.groups.get(process.group)
        return process.owner or (group.owner if group else "")

    def _by(self, words: Callable[[Process], Iterable[str]]) -> Mapping[str, tuple[Process, ...]]:
        found: dict[str, list[Process]] = {}
        for process in self.processes:
            for word in dict.fromkeys(words(process)):
                if word:
                    found.setdefault(word, []).append(process)
        return {word: tuple(found[word]) for word in sorted(found, key=str.casefold)}
