"""What the pages of the site are made from: the definitions, the runs, the history, the settings. Nothing of HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from runbook.definition import Process, ProcessGroup, Project
from runbook.kind import Kinds
from runbook.views.language import ENGLISH, Language

if TYPE_CHECKING:
    import jinja2


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
    overridden: str = ""
    """Stands for the templates and colours that the project has put in the place of ours."""
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def today(self) -> str:
        """The day the site is built."""
        return self.now[:10]

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
