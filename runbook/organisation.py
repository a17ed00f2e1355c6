"""Who there is: people with their teams, capabilities and absences. Frozen; what a rule about people is asked of.

Rule 1: it is the same whether it was read from files or from what a run has stored: `data` is the whole of it.
Rule 2: without a single person nothing is known, and what a role asks of teams and capabilities can't be checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.inventory import NOWHERE, Inventory, inventory_of

if TYPE_CHECKING:
    from runbook.clauses import Role
    from runbook.outcome import Json


@dataclass(frozen=True, slots=True)
class Substitute:
    """Who acts for somebody from one day to another, both included (`2026-04-07`); `what` is empty for everything."""

    person: str
    what: tuple[str, ...]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Person:
    """One person; `users` are the system users they log in as."""

    id: str
    name: str
    users: tuple[str, ...]
    email: str = ""
    teams: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    """What they are in the organisation, such as `change-approver`."""
    capabilities: Mapping[str, int] = field(default_factory=dict)
    """What they can do, each with a level from 1 to 3."""
    manager: str = ""
    leave: tuple[tuple[str, str], ...] = ()
    """Days off, as (first, last), both included."""
    substitutes: tuple[Substitute, ...] = ()
    wip: int = 0
    """How many steps they may have claimed at the same time; 0 for no limit."""
    starts_on_claim: bool = False
    """True when what they claim counts as begun at once."""
    calendar: str = ""
    """The calendar of `operations/calendars` by which they work."""
    location: str = ""
    allocation: int = 100
    """How many percent of its open time they work here."""
    phone: str = ""
    contact: str = ""
    """How they are reached besides, such as an address of a messenger."""

    def away(self, day: str) -> bool:
        """True when they are on leave that day."""
        return any(first <= day <= last for first, last in self.leave)


@dataclass(frozen=True, slots=True)
class Team:
    """People who work together; `lead` is the id of one of them."""

    id: str
    title: str
    lead: str = ""
    strict_pull: bool = False
    """True when its members take what waits in order, and not what they like."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everybody there is, by id, and their teams; and the hosts."""

    people: Mapping[str, Person] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    data: Mapping[str, Json] = field(default_factory=dict)
    """What it was made of: `{people: {id: ...}, teams: {id: ...}}`, and `hosts` where some are described."""
    inventory: Inventory = NOWHERE
    """The hosts there are."""
    stands_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By substitute, the ids of those who name them."""

    def __bool__(self) -> bool:
        return bool(self.people)

    def person_of(self, user: str) -> str:
        """The id of the person who logs in as that system user.

        A user who is nobody's keeps the name; where a person is called the same, the name says that it is a user.
        """
        found = next((person.id for person in self.people.values() if user in person.users), "")
        return found or (f"user:{user}" if user in self.people else user)

    def manager_of(self, person: str) -> str:
        """Who a person answers to: their manager, else the lead of their first team; empty when nobody is known."""
        known = self.people.get(person)
        if known is None:
            return ""
        leads = (self.teams[team].lead for team in known.teams if team in self.teams)
        return known.manager or next((lead for lead in leads if lead and lead != person), "")

    def lacks(self, person: str, role: Role) -> str:
        """What the person lacks for a role, in words, as far as teams and capabilities go; empty when nothing."""
        if not self:
            return ""
        known = self.people.get(person)
        if known is None:
            return "nobody of that name is in `operations/people`" if role.asks else ""
        if role.team and role.team not in known.teams:
            return f"not in the team `{role.team}`"
        if role.held and role.held not in known.roles:
            return f"not `{role.held}` in the organisation"
        for name, level in role.capabilities.items():
            if known.capabilities.get(name, 0) < level:
                return f"without the capability `{name}`" + (f" at level {level}" if level > 1 else "")
        return ""

    def eligible(self, role: Role) -> tuple[str, ...]:
        """The ids of all who have what a role asks for, as far as can be told before a run."""
        return tuple(id for id in self.people if (not role.people or id in role.people) and not self.lacks(id, role))

    def principals(self, substitute: str, what: str, day: str) -> Iterator[str]:
        """The ids of those for whom somebody may act that day; `what` is `approve`, `perform` or `verify`."""
        for person in map(self.people.__getitem__, self.stands_in.get(substitute, ())):
            for each in person.substitutes:
                if (
                    each.person == substitute
                    and each.first <= day <= each.last
                    and (not each.what or what in each.what)
                ):
                    yield person.id
                    break


NOBODY = Organisation()
"""An organisation of which nothing is known."""


def organisation_of(data: Mapping[str, Json]) -> Organisation:
    """The organisation in data of the right shape, as `Organisation.data` holds it."""
    teams: dict[str, Team] = {}
    members: dict[str, list[str]] = {}
    for id, given in data.get("teams", {}).items():
        given = given or {}
        teams[id] = Team(id, given.get("title", id), given.get("lead", ""), given.get("pull") == "strict")
        for person in (*given.get("members", ()), *((given["lead"],) if "lead" in given else ())):
            members.setdefault(person, []).append(id)
    people = {id: _person(id, given or {}, members.get(id, [])) for id, given in sorted(data.get("people", {}).items())}
    stands_in: dict[str, list[str]] = {}
    for person in people.values():
        for substitute in dict.fromkeys(each.person for each in person.substitutes):
            stands_in.setdefault(substitute, []).append(person.id)
    inventory = inventory_of(data["hosts"]) if data.get("hosts") else NOWHERE
    return Organisation(people, teams, data, inventory, {id: tuple(named) for id, named in stands_in.items()})


def _person(id: str, given: Mapping[str, Json], teams: list[str]) -> Person:
    return Person(
        id=id,
        name=given.get("name", id),
        users=tuple(given.get("users", (id,))),
        email=given.get("email", ""),
        teams=tuple(dict.fromkeys((*given.get("teams", ()), *teams))),
        roles=tuple(given.get("roles", ())),
        capabilities=given.get("capabilities", {}),
        manager=given.get("manager", ""),
        leave=tuple((each["from"], each["to"]) for each in given.get("leave", ())),
        substitutes=tuple(
            Substitute(each["person"], tuple(each.get("for", ())), each["from"], each["to"])
            for each in given.get("substitutes", ())
        ),
        wip=given.get("wip", 0),
        starts_on_claim=given.get("starts_on_claim", False),
        calendar=given.get("calendar", ""),
        location=given.get("location", ""),
        allocation=int(str(given.get("allocation", "100")).rstrip("% ")),
        phone=given.get("phone", ""),
        contact=given.get("contact", ""),
    )
