"""What the department covers: each thing in its scope with the services and processes that take care of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.operations.catalogue import Charter, OutOfScope, Service, named

if TYPE_CHECKING:
    from runbook.definition import Process, ProcessGroup


@dataclass(frozen=True, slots=True)
class Entry:
    """What scope has to know of a process."""

    group: str
    service: str
    tags: tuple[str, ...]


def entry_of(process: Process) -> Entry:
    """What scope has to know of a process that was read."""
    return Entry(process.group, process.listing.service, process.tags)


@dataclass(frozen=True, slots=True)
class Offered:
    """One service with its processes, by id."""

    service: Service
    processes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """One thing in scope with what takes care of it; nothing where nobody has written anything down."""

    what: str
    services: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.services or self.processes)


@dataclass(frozen=True, slots=True)
class Scope:
    """The whole of it."""

    charter: Charter
    covered: tuple[Covered, ...]
    """What is in scope, in the order of the text."""
    offered: tuple[Offered, ...]
    """Every service, the vital ones first."""
    without_service: tuple[str, ...]
    """The processes that belong to no service."""
    out_of_scope: tuple[OutOfScope, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is in scope and nobody takes care of."""
        return tuple(each.what for each in self.covered if not each)


def scope_of(
    charter: Charter,
    services: Mapping[str, Service],
    processes: Mapping[str, Entry],
    groups: Mapping[str, ProcessGroup],
) -> Scope:
    """What the department covers, by its charter, its services and its processes."""
    by_service: dict[str, list[str]] = {}
    alone: list[str] = []
    for id, process in sorted(processes.items()):
        if process.service in services:
            by_service.setdefault(process.service, []).append(id)
        else:
            alone.append(id)
    ordered = sorted(services.values(), key=lambda service: (service.tier, service.id))
    return Scope(
        charter,
        tuple(_covered(what, services, processes, groups, by_service) for what in charter.in_scope),
        tuple(Offered(service, tuple(by_service.get(service.id, ()))) for service in ordered),
        tuple(alone),
        charter.out_of_scope,
    )


def _covered(
    what: str,
    services: Mapping[str, Service],
    processes: Mapping[str, Entry],
    groups: Mapping[str, ProcessGroup],
    by_service: Mapping[str, list[str]],
) -> Covered:
    offering = [id for id, each in services.items() if named(what, (id, each.title, *each.scope))]
    found = {process for id in offering for process in by_service.get(id, ())}
    for id, process in processes.items():
        group = groups.get(process.group)
        words = (process.group, *((group.title, *group.scope_in) if group else ()), *process.tags)
        if named(what, words):
            found.add(id)
    return Covered(what, tuple(sorted(offering)), tuple(sorted(found)))


@dataclass(frozen=True, slots=True)
class Asked:
    """A work item as far as scope goes: what it is called, what it belongs to, when it was opened, in seconds."""

    item: str
    title: str
    process: str = ""
    service: str = ""
    scope: str = ""
    """`out` when somebody said that it is none of the department's."""
    opened_at: int = 0
    seconds: int = 0
    """How much time it has taken so far."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Work outside of the catalogue that is alike: what it is, how often, how long, and the items."""

    what: str
    out: bool
    """True when it is out of scope; False when it is not, and no process handles it."""
    count: int
    seconds: int
    items: tuple[str, ...]


def drift_of(asked: Iterable[Asked], charter: Charter, since: int) -> tuple[Drift, ...]:
    """The work since a second that no process of the catalogue handles, most frequent first."""
    outside = [each for each in asked if each.opened_at >= since and (each.scope == "out" or not each.process)]
    alike: dict[tuple[frozenset[str], bool], tuple[str, list[Asked]]] = {}
    for each in outside:
        what = _called(each, charter)
        about = frozenset(_words(what)) or frozenset((what.casefold(),))
        alike.setdefault((about, each.scope == "out"), (what, []))[1].append(each)
    found = (
        Drift(what, out, len(items), sum(each.seconds for each in items), tuple(each.item for each in items))
        for (_, out), (what, items) in alike.items()
    )
    return tuple(sorted(found, key=lambda each: (-each.count, -each.seconds, each.what)))


def _called(asked: Asked, charter: Charter) -> str:
    """What the work is about: a line of the charter that it shares words with, its service, or its title."""
    words = set(_words(asked.title))
    if asked.scope == "out":
        shared = Counter({each.what: len(words & set(_words(each.what))) for each in charter.out_of_scope})
        if shared and (best := shared.most_common(1)[0])[1]:
            return best[0]
    return asked.service or asked.title


def _words(text: str) -> Iterator[str]:
    for word in text.casefold().replace("-", " ").split():
        if len(word) > 3:
            yield word[:-1] if word.endswith("s") else word
