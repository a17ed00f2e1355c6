"""What work costs: hours of people at items and runs, at the rates of their roles, by what they are told apart by.

Rule 1: a cost is only told where the rate of everybody who was at it is known; hours are told always.
Rule 2: a run that handles an item is part of it and not counted again; nor is the time that an approval waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from runbook.operations.subject import Subject, Work

BY = ("process", "service", "team", "kind", "person")
"""What it can be told apart by."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One line: what it is, how many items and runs, hours, and the cost where it is known."""

    name: str
    items: int
    runs: int
    hours: float
    cost: float | None
    without_rate: tuple[str, ...] = ()
    """The people of whom nobody knows what their hours cost."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Somebody's time at one item or run, in seconds."""

    name: str
    person: str
    seconds: float
    item: str = ""
    run: str = ""


def costs_of(spells: Iterable[Spell], rates: Mapping[str, float]) -> tuple[Cost, ...]:
    """The lines, the most hours first."""
    named: dict[str, list[Spell]] = {}
    for each in spells:
        named.setdefault(each.name or "-", []).append(each)
    found = (_line(name, each, rates) for name, each in named.items())
    return tuple(sorted(found, key=lambda each: (-each.hours, each.name)))


def _line(name: str, spells: list[Spell], rates: Mapping[str, float]) -> Cost:
    unknown = sorted({each.person for each in spells if each.seconds and each.person not in rates})
    price = sum(each.seconds / 3600 * rates.get(each.person, 0.0) for each in spells)
    return Cost(
        name,
        len({each.item for each in spells if each.item}),
        len({each.run for each in spells if each.run}),
        sum(each.seconds for each in spells) / 3600,
        None if unknown else price,
        tuple(unknown),
    )


def spells_of(works: Iterable[Work], subjects: Iterable[Subject], by: str) -> Iterator[Spell]:
    """Who was at what for how long, under the name it is told apart by."""
    handled = set()
    for work in works:
        item = work.item
        handled |= {link.id for link in item.links if link.what == "run" and link.relation == "handles"}
        for person, seconds in work.by_person.items():
            yield Spell(person if by == "person" else str(getattr(item, by)), person, seconds, item.id)
    for subject in subjects:
        yield from _of_runs(subject, handled, by)


def _of_runs(subject: Subject, handled: set[str], by: str) -> Iterator[Spell]:
    listing = subject.definition.listing if subject.definition else None
    owner = subject.definition.owner if subject.definition else ""
    words = {
        "process": subject.process,
        "service": listing.service if listing else "",
        "kind": listing.kind if listing else "",
        "team": owner,
    }
    for effort in subject.efforts:
        if effort.run not in handled:
            for each in effort.passes:
                if each.by and each.touch and each.kind != "approval":
                    yield Spell(words.get(by, each.by), each.by, each.touch, run=effort.run)
