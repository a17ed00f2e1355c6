"""Whether what processes give and take fits together, with each other and with those they work for.

Rule 1: times are compared as plain numbers of seconds; what an agreement promises comes in through a callable.
Rule 2: a party outside of the department, such as a customer, is believed; one of our own has to say it as well.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.durations import duration, in_words
from runbook.operations.catalogue import Charter, Service, same_word

if TYPE_CHECKING:
    from runbook.definition import Process
    from runbook.listing import Port

_DAY = 86400.0


class Sort(enum.StrEnum):
    """What does not fit."""

    UNCONSUMED = "nobody takes it"
    UNSUPPLIED = "nobody gives it"
    TOO_SLOW = "slower than needed"
    SUM_TOO_LONG = "parts slower than the whole"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that does not fit: whose, what, why, and one thing to do about it."""

    sort: Sort
    owner: str
    """The id of the process or the service."""
    name: str
    why: str
    help: str


def _nothing_agreed(of: str) -> float | None:
    """For a department without agreements."""
    return None


@dataclass(frozen=True, slots=True)
class Promises:
    """What is agreed, in seconds, by the id of a service or a team; None where nothing is.

    `to_customers` is how soon a service resolves what it is asked; `inside` what a service or a team promises others.
    """

    to_customers: Callable[[str], float | None] = _nothing_agreed
    inside: Callable[[str], float | None] = _nothing_agreed


@dataclass(frozen=True, slots=True)
class Parties:
    """Everybody there is to give something to, or to take it from."""

    charter: Charter
    services: Mapping[str, Service]
    processes: Mapping[str, Process]
    people: frozenset[str] = field(default_factory=frozenset)
    """The ids of people and teams."""

    def outside(self, party: str) -> bool:
        """True for a customer or a supplier."""
        return any(same_word(party, each) for each in (*self.charter.customers, *self.charter.suppliers))

    def inside(self, party: str) -> tuple[str, ...]:
        """The processes that a party of the department stands for: a process, a group, a service."""
        if party in self.processes:
            return (party,)
        return tuple(
            id
            for id, each in self.processes.items()
            if party in (each.group, each.listing.service, id.partition("/")[2])
        )

    def known(self, party: str) -> bool:
        """True for everybody there is."""
        ours = (
            party in self.services
            or party in self.people
            or any(each.group == party for each in self.processes.values())
        )
        return self.outside(party) or ours or bool(self.inside(party))


def seconds_of(within: str) -> float:
    """How long a time is, at the least: a business day counts as a day, a business hour as an hour."""
    if within.endswith("bd"):
        return float(within[:-2]) * _DAY
    return duration(within.replace("bh", "h"))


def gaps_of(parties: Parties, promises: Promises = Promises()) -> tuple[Gap, ...]:  # a frozen value
    """Everything that does not fit, by process and service."""
    found: list[Gap] = []
    for _, process in sorted(parties.processes.items()):
        found += _of_outputs(process, parties)
        found += _of_inputs(process, parties)
        found += _of_times(process, parties, promises)
    found += _of_needs(parties, promises)
    found += _of_services(parties, promises)
    return tuple(dict.fromkeys(found))


def _of_outputs(process: Process, parties: Parties) -> Iterator[Gap]:
    for port in process.listing.gives:
        if not port.party:
            yield Gap(Sort.UNCONSUMED, process.id, port.name, "it says nobody who takes it", "name them under `to`")
        elif not parties.known(port.party):
            why = f"nobody knows `{port.party}`"
            yield Gap(Sort.UNCONSUMED, process.id, port.name, why, "list them under `customers`, or name somebody else")
        elif (inside := parties.inside(port.party)) and not _said(port, inside, parties, "takes"):
            why = f"`{port.party}` does not name it among its inputs"
            yield Gap(Sort.UNCONSUMED, process.id, port.name, why, "add it to the `inputs` there, or drop it here")


def _of_inputs(process: Process, parties: Parties) -> Iterator[Gap]:
    for port in process.listing.takes:
        if not port.party:
            yield Gap(Sort.UNSUPPLIED, process.id, port.name, "it says nobody who gives it", "name them under `from`")
        elif not parties.known(port.party):
            why = f"nobody knows `{port.party}`"
            yield Gap(Sort.UNSUPPLIED, process.id, port.name, why, "list them under `suppliers`, or name somebody else")
        elif (inside := parties.inside(port.party)) and not _said(port, inside, parties, "gives"):
            why = f"`{port.party}` does not name it among its outputs"
            yield Gap(Sort.UNSUPPLIED, process.id, port.name, why, "add it to the `outputs` there, or drop it here")


def _said(port: Port, processes: tuple[str, ...], parties: Parties, way: str) -> list[Port]:
    """The other ends of a port: what processes say of the same thing."""
    named = (each for id in processes for each in getattr(parties.processes[id].listing, way))
    return [each for each in named if same_word(each.name, port.name)]


def _of_times(process: Process, parties: Parties, promises: Promises) -> Iterator[Gap]:
    agreed = promises.to_customers(process.listing.service) if process.listing.service else None
    for port in process.listing.gives:
        if not port.within:
            continue
        promised = seconds_of(port.within)
        for need in _said(port, parties.inside(port.party), parties, "takes"):
            if need.within and seconds_of(need.within) < promised:
                why = f"it comes within {port.within}, and `{port.party}` needs it within {need.within}"
                yield Gap(Sort.TOO_SLOW, process.id, port.name, why, "agree on one time")
        if agreed is not None and agreed > promised:
            why = f"the service `{process.listing.service}` may take {in_words(agreed)}, and {port.within} are promised"
            yield Gap(Sort.TOO_SLOW, process.id, port.name, why, "shorten the agreement, or promise less")
        yield from _of_sum(process, port, promised, parties)


def _of_sum(process: Process, port: Port, promised: float, parties: Parties) -> Iterator[Gap]:
    waits = [
        seconds_of(each.within)
        for need in process.listing.takes
        for each in _said(need, parties.inside(need.party), parties, "gives") or [need]
        if each.within
    ]
    if waits and sum(waits) > promised:
        why = f"what it waits for may take {in_words(sum(waits))} one after the other, and {port.within} are promised"
        yield Gap(Sort.SUM_TOO_LONG, process.id, port.name, why, "shorten what it waits for, or promise less")


def _of_needs(parties: Parties, promises: Promises) -> Iterator[Gap]:
    """What customers need, beside what is promised to them."""
    for customer, needs in parties.charter.customers.items():
        for need in needs:
            given = [
                (id, port)
                for id, process in parties.processes.items()
                for port in process.listing.gives
                if same_word(port.name, need.name) and same_word(port.party, customer)
            ]
            if not given:
                help = "add an output of that name to the process that gives it"
                yield Gap(Sort.UNSUPPLIED, customer, need.name, f"no process gives it to `{customer}`", help)
            for id, port in given:
                if need.within and not port.within:
                    why = f"`{customer}` needs it within {need.within}, and no time is promised"
                    yield Gap(Sort.TOO_SLOW, id, port.name, why, "add `within` to the output")
                elif need.within and seconds_of(port.within) > seconds_of(need.within):
                    why = f"it comes within {port.within}, and `{customer}` needs it within {need.within}"
                    yield Gap(Sort.TOO_SLOW, id, port.name, why, "agree on one time")


def _of_services(parties: Parties, promises: Promises) -> Iterator[Gap]:
    for id, service in sorted(parties.services.items()):
        agreed = promises.to_customers(id)
        parts = {each: promises.inside(each) for each in service.depends_on}
        known = {each: seconds for each, seconds in parts.items() if seconds is not None}
        if agreed is not None and known and sum(known.values()) > agreed:
            listed = ", ".join(f"`{each}`" for each in known)
            why = f"{listed} may take {in_words(sum(known.values()))} together, and {in_words(agreed)} are agreed"
            yield Gap(Sort.SUM_TOO_LONG, id, service.title, why, "shorten what is agreed inside, or agree on more")
