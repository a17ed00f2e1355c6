"""Escalation ladders: who is told when, rung by rung, as long as nobody has solved it.

Rule 1: a rung comes at a share of a clock, at a time before or after it is due, or some time after something happened.
Rule 2: whoever acknowledges stops the functional rungs; the hierarchical ones reach management all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runbook.errors import Misuse
from runbook.operations.agreements import target_of, words
from runbook.operations.forms import RUNG_AFTER, RUNG_AT
from runbook.operations.shipped_policy import LADDERS

if TYPE_CHECKING:
    from runbook.outcome import Json

POLICY = "operations/policies/escalation.yaml"
FUNCTIONAL, HIERARCHICAL = "functional", "hierarchical"
OPEN_TICKET = "open_ticket"
ACTIONS = (OPEN_TICKET,)
"""What a rung can bring with it besides telling somebody."""


@dataclass(frozen=True, slots=True)
class Share:
    """At so many percent of a clock."""

    percent: int
    clock: str


@dataclass(frozen=True, slots=True)
class Around:
    """So much counted time after a clock is due; before, when it is negative."""

    seconds: int
    clock: str


@dataclass(frozen=True, slots=True)
class After:
    """So much time after something has happened, while it holds."""

    seconds: int
    since: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often a rung is repeated, counted by which calendar, and how many times at most."""

    seconds: int
    calendar: str
    most: int


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: when, whom, and what else it brings with it."""

    id: str
    when: Share | Around | After
    notify: tuple[str, ...]
    type: str = FUNCTIONAL
    calendar: str = "always"
    """What the time of an `after` is counted by; that of a clock is counted by its own."""
    urgent: bool = False
    """False for what can wait until the working hours of whoever is told."""
    actions: tuple[str, ...] = ()
    """Of `ACTIONS`; no others are read."""
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True)
class Snoozing:
    """How long escalations may be held back at a time, and by whom; by everybody when there are no roles."""

    longest: int = 4 * 3600
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ladder:
    """One ladder: for which items, its rungs in their order, and what ends it."""

    id: str
    match: Mapping[str, tuple[str, ...]]
    rungs: tuple[Rung, ...]
    stop_on: tuple[str, ...] = ("resolved", "cancelled")
    snooze: Snoozing = field(default_factory=Snoozing)
    next_when_empty: bool = True
    """True when a rung that reaches nobody makes the next one come at once."""

    def matches(self, facts: Mapping[str, str]) -> bool:
        """True for an item of which these facts hold."""
        return all(facts.get(name, "") in wanted for name, wanted in self.match.items())

    def rung(self, id: str) -> Rung | None:
        """The rung of that id."""
        return next((rung for rung in self.rungs if rung.id == id), None)


def ladders_of(data: Mapping[str, Json]) -> tuple[Ladder, ...]:
    """The ladders in the data of the files below `operations`; the first that matches an item holds."""
    given = data.get(POLICY) or LADDERS
    return tuple(_ladder(id, each) for id, each in (given.get("ladders") or {}).items())


def when_of(given: Mapping[str, Any]) -> Share | Around | After:
    """When a rung comes, from its `at` or `after`."""
    if "after" in given:
        if not re.match(RUNG_AFTER, given["after"]):
            raise Misuse(f"`{given['after'][:40]}` is no time after something", "write for example `15m unaccepted`")
        time, since = given["after"].split()
        return After(target_of(time)[0], since)
    if not re.match(RUNG_AT, given["at"]):
        raise Misuse(f"`{given['at'][:40]}` is no time of a clock", "write for example `80% resolve` or `due-1h`")
    time, _, clock = given["at"].partition(" ")
    if time.endswith("%"):
        return Share(int(time[:-1]), clock or "resolve")
    offset = time.removeprefix("due")
    return Around((-1 if offset[:1] == "-" else 1) * (target_of(offset[1:])[0] if offset else 0), clock or "resolve")


def _ladder(id: str, given: Mapping[str, Any]) -> Ladder:
    rungs: list[Rung] = []
    type = FUNCTIONAL
    for each in given["rungs"]:
        type = each.get("type", type)  # what comes after a hierarchical rung goes no lower again by itself
        rungs.append(_rung(each, type))
    snooze = given.get("snooze", {})
    longest = target_of(snooze["max"])[0] if "max" in snooze else Snoozing().longest
    return Ladder(
        id,
        {name: words(value) for name, value in given.get("match", {}).items()},
        tuple(rungs),
        words(given.get("stop_on", ("resolved", "cancelled"))),
        Snoozing(longest, words(snooze.get("roles", ()))),
        given.get("empty_target", "next_rung") == "next_rung",
    )


def _rung(given: Mapping[str, Any], type: str) -> Rung:
    repeat = given.get("repeat")
    return Rung(
        id=given["id"],
        when=when_of(given),
        notify=words(given["notify"]),
        type=type,
        calendar=given.get("calendar", "always"),
        urgent=given.get("urgent", False),
        actions=tuple(each for each in words(given.get("actions", ())) if each in ACTIONS),
        repeat=Repeat(target_of(repeat["every"])[0], repeat.get("calendar", "always"), int(repeat.get("max", 5)))
        if repeat
        else None,
    )
