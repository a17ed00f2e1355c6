"""What the department is there for and what it offers: its charter, scope and services.

Rule 1: a service is there as soon as its file is, also while that file is broken, so that one mistake is told once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.operations.department import each_in

if TYPE_CHECKING:
    from runbook.outcome import Json

DEPARTMENT = "operations/department.yaml"
"""The file that says what the department is there for."""
POLICIES = ("reject", "accept_with_owner", "accept")
"""What becomes of work that is out of scope."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a customer needs, and how soon; `within` as it is written, `4h` or `1bd`."""

    name: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """What the department does not do, and who does; `route_to` may be empty."""

    what: str
    route_to: str = ""


@dataclass(frozen=True, slots=True)
class Charter:
    """What the department is there for, as it says itself."""

    id: str = ""
    charter: str = ""
    owner: str = ""
    relationship_manager: str = ""
    customers: Mapping[str, tuple[Need, ...]] = field(default_factory=dict)
    """Each with what it needs, as far as that is written down."""
    suppliers: tuple[str, ...] = ()
    in_scope: tuple[str, ...] = ()
    out_of_scope: tuple[OutOfScope, ...] = ()
    out_of_scope_policy: str = "accept_with_owner"
    """One of `POLICIES`."""

    def __bool__(self) -> bool:
        return bool(self.id)


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the department."""

    id: str
    title: str
    summary: str = ""
    owner: str = ""
    tier: int = 3
    """1 for what nobody can do without, 4 for a convenience."""
    depends_on: tuple[str, ...] = ()
    sla: str = "default"
    """The agreement that holds for it."""
    scope: tuple[str, ...] = ()
    """What of the department's scope it covers, where its name does not say it."""


def department_of(data: Mapping[str, Json]) -> Charter:
    """What the department says of itself; an empty charter where there is no such file."""
    given = data.get(DEPARTMENT)
    if not given:
        return Charter()
    customers = [each if isinstance(each, dict) else {"id": each} for each in given.get("customers", ())]
    return Charter(
        id=given["id"],
        charter=given.get("charter", ""),
        owner=given.get("owner", ""),
        relationship_manager=given.get("relationship_manager", ""),
        customers={
            each["id"]: tuple(Need(need["name"], str(need.get("within", ""))) for need in each.get("needs", ()))
            for each in customers
        },
        suppliers=tuple(given.get("suppliers", ())),
        in_scope=tuple(given.get("in_scope", ())),
        out_of_scope=tuple(
            OutOfScope(each) if isinstance(each, str) else OutOfScope(each["what"], each.get("route_to", ""))
            for each in given.get("out_of_scope", ())
        ),
        out_of_scope_policy=given.get("out_of_scope_policy", "accept_with_owner"),
    )


def services_of(data: Mapping[str, Json]) -> dict[str, Service]:
    """The services of the department, by id."""
    return {
        id: Service(
            id,
            given.get("title", id.replace("-", " ").capitalize()),
            given.get("summary", ""),
            given.get("owner", ""),
            given.get("tier", 3),
            tuple(given.get("depends_on", ())),
            given.get("sla", "default"),
            tuple(given.get("scope", ())),
        )
        for id, given in ((id, each or {}) for id, each in each_in(data, "services"))
    }


def circle(services: Mapping[str, Service]) -> tuple[str, ...]:
    """Services that depend on each other in a circle, beginning with the first by name; empty when none do."""
    over: set[str] = set()
    for start in sorted(services):
        way: list[str] = [start]
        open_ = [iter(services[start].depends_on)]
        while open_:
            next_ = next((each for each in open_[-1] if each in services and each not in over), None)
            if next_ is None:
                over.add(way.pop())
                open_.pop()
            elif next_ in way:
                round_ = way[way.index(next_) :]
                first = round_.index(min(round_))
                return (*round_[first:], *round_[:first])
            else:
                way.append(next_)
                open_.append(iter(services[next_].depends_on))
    return ()


def needed_by(service: str, services: Mapping[str, Service]) -> tuple[str, ...]:
    """All services that stop when this one does, however far away, by name."""
    found: set[str] = set()
    wanted: Collection[str] = {service}
    while wanted:
        wanted = {each.id for each in services.values() if set(each.depends_on) & set(wanted)} - found - {service}
        found |= wanted
    return tuple(sorted(found))


def same_word(one: str, other: str) -> bool:
    """True for two words that mean one thing: `Backups` and `backup`, `office network` and `office-network`."""
    return _plain(one) == _plain(other)


def named(word: str, words: Iterable[str]) -> bool:
    """True when one of the words means the same."""
    return any(same_word(word, each) for each in words)


def _plain(word: str) -> str:
    parts = word.casefold().replace("-", " ").replace("_", " ").split()
    return " ".join(part[:-1] if part.endswith("s") and len(part) > 3 else part for part in parts)
