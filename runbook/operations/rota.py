"""Requests about who is on call, and what has become of them: somebody takes a time, or two swap their shifts.

Rule 1: everybody may take a time themselves. For somebody else it takes their manager, or the lead of the team.
Rule 2: nobody is put on call on their leave, and no time is taken that is over.
Rule 3: what was recorded later wins over what was recorded before it, and over the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from runbook.diagnostics import suggestion
from runbook.errors import Refused
from runbook.operations.local_time import wall
from runbook.operations.oncall import OpenHours, Override, Schedule, always, shift_at
from runbook.operations.seconds import instant_of, seconds
from runbook.organisation import Organisation
from runbook.run.events import Event, Recorded

OVERRIDDEN, SWAPPED = "OncallOverridden", "OncallSwapped"


@dataclass(frozen=True, slots=True)
class Take:
    """Be on call for a time; nobody is where the person is empty."""

    schedule: str
    person: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Swap:
    """Exchange the shifts in which two moments lie."""

    schedule: str
    first: int
    second: int
    reason: str = ""


def schedule_named(schedules: Iterable[Schedule], id: str) -> Schedule:
    """The schedule of that id; the only one there is when none is named."""
    known = {schedule.id: schedule for schedule in schedules}
    if not known:
        raise Refused("nobody is on call in this department", "write `operations/oncall/ID.yaml`")
    if not id and len(known) == 1:
        return next(iter(known.values()))
    if id not in known:
        what = f"there is no schedule `{id}`" if id else "there are several schedules"
        raise Refused(what, suggestion(id, known, f"name one: {', '.join(known)}"))
    return known[id]


def with_events(schedule: Schedule, events: Iterable[Recorded]) -> Schedule:
    """A schedule with what has been taken and swapped since it was written."""
    return replace(schedule, overrides=(*schedule.overrides, *_overrides(schedule.id, events)))


def _overrides(id: str, events: Iterable[Recorded]) -> Iterator[Override]:
    for recorded in events:
        data = recorded.event.data
        if data.get("schedule") != id:
            continue
        reason = data.get("reason", "")
        if recorded.event.type == OVERRIDDEN:
            yield Override(data.get("person", ""), seconds(data["from"]), seconds(data["to"]), reason)
        elif recorded.event.type == SWAPPED:
            for each, other in (("first", "second"), ("second", "first")):
                span = data[each]
                yield Override(data[other]["person"], seconds(span["from"]), seconds(span["to"]), reason)


def decide(
    schedule: Schedule, command: Take | Swap, organisation: Organisation, by: str, now: int, hours: OpenHours = always
) -> Event:
    """The event that a request leads to; `Refused` when it can't be granted."""
    if isinstance(command, Take):
        return _taken(schedule, command, organisation, by, now)
    return _swapped(schedule, command, organisation, by, now, hours)


def _taken(schedule: Schedule, command: Take, organisation: Organisation, by: str, now: int) -> Event:
    if command.start >= command.end:
        raise Refused("that time ends before it begins", "give a later end")
    if command.end <= now:
        raise Refused("that time is over", "take a time that is still to come")
    if command.person != by:
        _check_for(schedule, command.person, organisation, by)
        if not command.reason.strip():
            raise Refused("putting somebody else on call takes a reason", "add --reason")
    if command.person:
        _check_there(schedule, command.person, command.start, command.end, organisation)
    data = {
        "schedule": schedule.id, "person": command.person, "from": instant_of(command.start),
        "to": instant_of(command.end), "reason": command.reason,
    }  # fmt: skip
    return Event(OVERRIDDEN, data={name: value for name, value in data.items() if value or name == "person"})


def _swapped(
    schedule: Schedule, command: Swap, organisation: Organisation, by: str, now: int, hours: OpenHours
) -> Event:
    first, second = (shift_at(schedule, moment, hours) for moment in (command.first, command.second))
    for shift in (first, second):
        if not shift.person:
            raise Refused("nobody is on call in one of the two shifts", "take it with `runbook oncall take`")
        if shift.end <= now:
            raise Refused("one of the two shifts is over", "swap shifts that are still to come")
    if first.person == second.person:
        raise Refused(f"{first.person} is on call in both shifts", "name shifts of two people")
    if by not in (first.person, second.person):
        may = [each.person for each in (first, second) if _may_for(schedule, each.person, organisation, by)]
        if not may:
            raise Refused(f"{by} has neither of the two shifts", "ask one of the two, or their manager")
    first, second = replace(first, start=max(first.start, now)), replace(second, start=max(second.start, now))
    _check_there(schedule, first.person, second.start, second.end, organisation)
    _check_there(schedule, second.person, first.start, first.end, organisation)
    spans = {
        name: {"person": each.person, "from": instant_of(each.start), "to": instant_of(each.end)}
        for name, each in (("first", first), ("second", second))
    }
    given = {"reason": command.reason} if command.reason else {}
    return Event(SWAPPED, data={"schedule": schedule.id, **spans, **given})


def _may_for(schedule: Schedule, person: str, organisation: Organisation, by: str) -> bool:
    leads = {organisation.teams[team].lead for team in schedule.teams if team in organisation.teams}
    return not organisation or by in leads or (bool(person) and organisation.manager_of(person) == by)


def _check_for(schedule: Schedule, person: str, organisation: Organisation, by: str) -> None:
    if organisation and person and person not in organisation.people:
        help = suggestion(person, organisation.people, "see `runbook who`")
        raise Refused(f"there is nobody called `{person}`", help)
    if not _may_for(schedule, person, organisation, by):
        who = f"put {person} on call" if person else "leave nobody on call"
        help = f"ask {person}, or their manager" if person else "ask the lead of the team"
        raise Refused(f"{by} may not {who}", help)


def _check_there(schedule: Schedule, person: str, start: int, end: int, organisation: Organisation) -> None:
    known = organisation.people.get(person)
    if organisation and known is None:
        raise Refused(f"nobody knows `{person}`", f"describe them in `operations/people/{person}.yaml`")
    if known is None or not schedule.rules.no_oncall_on_leave:
        return
    first, last = (wall(moment, schedule.zone).date().isoformat() for moment in (start, end - 1))
    for begins, ends in known.leave:
        if begins <= last and first <= ends:
            raise Refused(f"{person} is on leave from {begins} to {ends}", "ask somebody who is there")
