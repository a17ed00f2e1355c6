"""Whom a rung of a ladder reaches: people behind `role:`, `team:`, `oncall:`, `manager_of:` at an instant.

Rule 1: nobody is reached who is on leave that day, by the clock where they work: their substitute is, or else the
  next rung.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.operations.wall import DAY, local
from runbook.organisation import NOBODY, Organisation

if TYPE_CHECKING:
    from runbook.operations.calendar import Calendar


def nobody_on_call(schedule: str, place: int, now: int) -> str:
    """Nobody: for a department without schedules."""
    return ""


def no_hours(person: str) -> Calendar | None:
    """No calendar: for people of whom no working hours are known."""
    return None


@dataclass(frozen=True, slots=True)
class Directory:
    """Who there is, who is on call when, and when each of them works."""

    organisation: Organisation = NOBODY
    on_call: Callable[[str, int, int], str] = nobody_on_call
    """Who is on call by a schedule at an instant: the first (0), or the next but so many."""
    hours: Callable[[str], Calendar | None] = no_hours
    timezone: str = "UTC"
    """Where those are who have no calendar of their own: in the office."""

    def reached(self, to: str, facts: Mapping[str, str], now: int) -> tuple[str, ...]:
        """The ids of all that `to` stands for and who are there; a channel stands for itself."""
        if to.startswith("channel:"):
            return (to,)
        found = (self._there(person, now) for person in self._named(to, facts, now))
        return tuple(dict.fromkeys(person for person in found if person))

    def held_until(self, person: str, now: int) -> int:
        """When what can wait reaches somebody: now, or when they begin to work."""
        calendar = self.hours(person)
        return calendar.next_open(now) if calendar is not None and calendar.ever_open else now

    def _named(self, to: str, facts: Mapping[str, str], now: int) -> Iterator[str]:
        sort, _, name = to.rpartition(":")
        people = self.organisation.people
        match sort:
            case "oncall":
                schedule, _, place = name.partition("+")
                yield self.on_call(schedule, int(place or 0), now)
            case "manager_of":
                yield self.organisation.manager_of(facts.get("assignee", ""))
            case "team":
                yield from (person.id for person in people.values() if name in person.teams)
            case "role":
                lead = self.organisation.teams.get(facts.get("team", ""))
                if name.replace("_", "-") == "team-lead" and lead is not None and lead.lead:
                    yield lead.lead
                else:
                    wanted = name.replace("_", "-")
                    yield from (person.id for person in people.values() if wanted in person.roles)
            case _:
                yield facts.get(to, "") if to in ("assignee", "requester") else to

    def _there(self, person: str, now: int) -> str:
        known = self.organisation.people.get(person)
        if known is None or not known.away(day := self._day(person, now)):
            return person
        stand_ins = (each for each in known.substitutes if each.first <= day <= each.last)
        there = (
            each.person
            for each in stand_ins
            if (other := self.organisation.people.get(each.person)) is not None
            and not other.away(self._day(each.person, now))
        )
        return next(there, "")

    def _day(self, person: str, now: int) -> str:
        """The date where somebody works, which their leave is written in."""
        calendar = self.hours(person)
        return local(now, self.timezone if calendar is None else calendar.timezone, DAY)
