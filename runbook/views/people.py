"""People on a screen: who somebody is, what is theirs to do, and who could do something.

Rule 1: what people are called comes from files and from the system, and is shown with nothing hidden in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.operations.seconds import seconds
from runbook.views.board import place_as_json, table
from runbook.views.inbox import mentions
from runbook.views.lines import fitted, wrapped
from runbook.views.machine import inbox as waiting_as_json
from runbook.views.style import Style
from runbook.views.terminal import inbox
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.journal.store import WaitingRow
    from runbook.operations.standings import Place
    from runbook.organisation import Person
    from runbook.outcome import Json
    from runbook.run.progress import StepState


@dataclass(frozen=True, slots=True)
class Me:
    """Who calls: their id, what is known of them, what they have taken on, and what they may take or is to come."""

    id: str
    person: Person | None
    claimed: Sequence[WaitingRow]
    delegated: Sequence[WaitingRow]
    """What others want them to take."""
    offered: Sequence[WaitingRow]
    coming: Sequence[tuple[str, StepState]]
    """Steps of open runs that will be theirs to do, each with its run."""
    acts_for: Sequence[str]
    """Those for whom they act today."""
    mentions: Sequence[Mapping[str, Json]] = ()
    """The notes that name them, and that they have not answered, newest first."""
    places: Sequence[Place] = ()
    """The work items they are accountable for, in the order of the work."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is asked for: whether they are there, what they have claimed, and why they can't, if they can't."""

    person: Person
    away: bool
    load: int
    why: str = ""


def me(found: Me, now: str, timezone: str, style: Style, width: int) -> Iterator[str]:
    """Who calls, what they have taken on, what is offered to them, and what is to come."""
    person = found.person
    yield style.bold(visible(f"{found.id}: {person.name}" if person and person.name != found.id else found.id))
    if person is None:
        yield from wrapped("Nobody in `operations/people` has this login among their `users`.", width, "", "  ")
    else:
        for what, words in _facts(person):
            yield from wrapped(f"{what}: {visible(words)}", width, "", "  ")
    if found.acts_for:
        yield from wrapped(f"acts today for {visible(', '.join(found.acts_for))}", width, "", "  ")
    for title, rows in (("Yours", found.claimed), ("Delegated to you", found.delegated), ("Offered", found.offered)):
        if rows:
            yield ""
            yield f"{title}:"
            yield from (f"  {line}" for line in inbox(rows, now))
    if found.places:
        yield ""
        yield "Your items:"
        yield from table(found.places, seconds(now), timezone, style)
    if found.coming:
        yield ""
        yield "Coming to you:"
        for run, step in found.coming[:20]:
            yield f"  {run}  {step.path}  {visible(step.step.title)}"
        if len(found.coming) > 20:
            yield f"  and {len(found.coming) - 20} more"
    if found.mentions:
        yield ""
        yield "Somebody named you:"
        yield from (f"  {line}" for line in mentions(found.mentions))
    if not (found.claimed or found.delegated or found.offered or found.coming or found.places):
        yield ""
        yield "Nothing waits for you."


def _facts(person: Person) -> Iterator[tuple[str, str]]:
    if person.teams:
        yield "teams", ", ".join(person.teams)
    if person.roles:
        yield "roles", ", ".join(person.roles)
    if person.capabilities:
        yield "can", ", ".join(f"{name} {level}" for name, level in person.capabilities.items())
    if person.leave:
        yield "away", ", ".join(f"{first} to {last}" for first, last in person.leave)


def me_as_json(found: Me, now: str) -> dict[str, Any]:
    """The same for programs."""
    person = found.person
    return {
        "id": found.id,
        "known": person is not None,
        "name": person.name if person else found.id,
        "teams": list(person.teams) if person else [],
        "roles": list(person.roles) if person else [],
        "capabilities": dict(person.capabilities) if person else {},
        "acts_for": list(found.acts_for),
        "claimed": [waiting_as_json(row, now) for row in found.claimed],
        "delegated": [waiting_as_json(row, now) for row in found.delegated],
        "offered": [waiting_as_json(row, now) for row in found.offered],
        "coming": [{"run": run, "step": step.path, "title": step.step.title} for run, step in found.coming],
        "mentions": [dict(note) for note in found.mentions],
        "items": [place_as_json(place) for place in found.places],
    }


def candidates(found: Iterable[Candidate], style: Style, width: int) -> Iterator[str]:
    """Who could act, a line each; those who may not, with the reason."""
    rows = list(found)
    room = max(len(each.person.id) for each in rows)
    for each in rows:
        words = [each.person.name] if each.person.name != each.person.id else []
        words += (
            [f"can {', '.join(f'{name} {level}' for name, level in each.person.capabilities.items())}"]
            if (each.person.capabilities)
            else []
        )
        words += ["away"] if each.away else []
        words += [f"{each.load} claimed"] if each.load else []
        words += [f"may not: {each.why}"] if each.why else []
        yield from fitted(visible(f"{each.person.id:<{room}}  {', '.join(words)}".rstrip()), width, room + 2)


def as_json(each: Candidate) -> dict[str, Any]:
    """Somebody who could act, for programs."""
    return {
        "id": each.person.id,
        "name": each.person.name,
        "teams": list(each.person.teams),
        "roles": list(each.person.roles),
        "capabilities": dict(each.person.capabilities),
        "away": each.away,
        "claimed": each.load,
        "may": not each.why,
        "why": each.why,
    }
