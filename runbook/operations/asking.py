"""Words that requests about work items share: what has to be said, known, or still to come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runbook.diagnostics import suggestion
from runbook.errors import Refused
from runbook.listing import CLASSES
from runbook.operations.facts import Facts
from runbook.operations.item import PREFIXES, Item
from runbook.operations.seconds import instant_of
from runbook.run.events import Event


def check_words(changes: dict[str, str], facts: Facts) -> None:
    """Nothing when everything an item is called is one of the words there are; `Refused` otherwise."""
    known: dict[str, Sequence[str]] = {
        "kind": tuple(PREFIXES), "severity": facts.severities, "class": CLASSES, "priority": ("P1", "P2", "P3", "P4"),
        "scope": ("in", "out"), "demand": ("planned", "reactive"),
    }  # fmt: skip
    for name, value in changes.items():
        if value and name in known and value not in known[name]:
            help = suggestion(value, known[name], f"use one of {', '.join(known[name])}")
            raise Refused(f"there is no {name} `{value}`", help)


def check_person(person: str, facts: Facts) -> None:
    """Nothing when there is such a person, or nobody is known; `Refused` otherwise."""
    if facts.organisation and person not in facts.organisation.people:
        known = facts.organisation.people
        raise Refused(f"there is nobody called `{person}`", suggestion(person, known, "see `runbook who`"))


def check_team(team: str, facts: Facts) -> None:
    """Nothing when there is such a team, or none is known; `Refused` otherwise."""
    teams = facts.organisation.teams
    if teams and team not in teams:
        raise Refused(f"there is no team `{team}`", suggestion(team, teams, f"use one of {', '.join(teams)}"))


def need(text: str, what: str, help: str) -> None:
    """Nothing when there is any text; `Refused` otherwise, saying what is missing and what to do."""
    if not text.strip():
        raise Refused(what, help)


def future(time: int, facts: Facts, what: str) -> None:
    """Nothing when a time is still to come; `Refused` otherwise."""
    if time <= facts.now:
        raise Refused(f"{what} has to be still to come", "give a later time")


def when(time: int) -> str:
    """A time as events have it; empty for none."""
    return instant_of(time) if time else ""


def event(type: str, **data: Any) -> Event:
    """An event with what of these has a value."""
    return Event(type, data=given(data))


def given(data: dict[str, Any]) -> dict[str, Any]:
    """What of these has a value."""
    return {name: value for name, value in data.items() if value is not None and value != ""}


def value_of(item: Item, name: str) -> str:
    """What an item is called in one of its words, as YAML calls it."""
    return str(getattr(item, "item_class" if name == "class" else name))
