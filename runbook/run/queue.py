"""What waits for people, in the order in which it should be taken, and what somebody wants to see of it.

Rule 1: what is overdue comes first and is never hidden, whatever else is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.outcome import WaitsFor

if TYPE_CHECKING:
    from runbook.outcome import Json

_NEVER = "~"
"""Sorts after every instant."""


@dataclass(frozen=True, slots=True, order=True)
class Urgency:
    """The place of a step among what waits: the smaller, the sooner it should be taken.

    The fields are compared in this order. A service level, once steps have one, is a field between the first two.
    """

    is_in_time: bool
    by: str
    """When it is due, or its time is over, whichever comes first; `~` for neither."""
    since: str
    """Since when it waits."""

    def to_json(self) -> dict[str, Json]:
        """The same for programs."""
        return {"overdue": not self.is_in_time, "by": "" if self.by == _NEVER else self.by, "since": self.since}


def urgency(about: Mapping[str, Json], since: str, now: str) -> Urgency:
    """How urgent it is that somebody takes a step on; `about` is what its waiting says of it."""
    by = min((about[name] for name in ("due", "until") if about.get(name)), default=_NEVER)
    return Urgency(by > now, by, since)


def is_claimable(about: Mapping[str, Json]) -> bool:
    """True for a step that somebody may claim: nobody has it, and it is neither decided nor confirmed."""
    free = not about.get("work", {}).get("by") and not about.get("awaits", {}).get("verifier")
    return free and about.get("for") == WaitsFor.PERSON.value and about.get("kind") != "approval"


@dataclass(frozen=True, slots=True)
class Described:
    """A step that waits, by what it can be looked for."""

    process: str
    kind: str
    roles: frozenset[str] = field(default_factory=frozenset)
    """The roles that may answer it now."""
    teams: frozenset[str] = field(default_factory=frozenset)
    """The teams that these roles ask for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see of what waits; an empty field asks for nothing."""

    process: str = ""
    group: str = ""
    role: str = ""
    team: str = ""
    kind: str = ""
    limit: int = 0

    def matches(self, step: Described) -> bool:
        """True when the step is among what is wanted."""
        return (
            self.process in ("", step.process)
            and self.group in ("", step.process.partition("/")[0])
            and self.kind in ("", step.kind)
            and (not self.role or self.role in step.roles)
            and (not self.team or self.team in step.teams)
        )

    @property
    def asks(self) -> bool:
        """True when it leaves anything out."""
        return self != Wanted()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of what waits is shown: places in their order, those of them that do not match, and how many are left."""

    places: tuple[int, ...]
    unasked: frozenset[int] = frozenset()
    left: int = 0


def choose(waiting: Iterable[tuple[Described, bool]], wanted: Wanted) -> Chosen:
    """What is shown of these steps, each with whether it is overdue, in their order."""
    places: list[int] = []
    unasked: set[int] = set()
    shown = left = 0
    for place, (step, overdue) in enumerate(waiting):
        matches = wanted.matches(step)
        room = not wanted.limit or shown < wanted.limit
        if matches and (room or overdue):
            shown += 1
        elif not overdue:
            left += matches
            continue
        places.append(place)
        if not matches:
            unasked.add(place)
    return Chosen(tuple(places), frozenset(unasked), left)


__all__ = ["Chosen", "Described", "Urgency", "Wanted", "choose", "is_claimable", "urgency"]
