"""What is wrong with a schedule of the weeks to come: holes, people who are away, unfair shares, turns too close.

Rule 1: distances are measured on the wall: a week is a week, whether or not the clocks change in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.operations.local_time import wall
from runbook.operations.oncall import OpenHours, Schedule, Shift, always, shifts

if TYPE_CHECKING:
    from runbook.organisation import Organisation

GAP, LEAVE, SHARE, CLOSE, CONTACT, UNKNOWN = "gap", "leave", "share", "close", "contact", "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with the time it is about where it is about one."""

    what: str
    """`gap`, `leave`, `share`, `close`, `contact` or `unknown`."""
    person: str
    text: str
    help: str
    start: int = 0
    end: int = 0


def check_schedule(
    schedule: Schedule, organisation: Organisation, start: int, end: int, hours: OpenHours = always
) -> tuple[Finding, ...]:
    """Everything that is wrong with a schedule between two seconds."""
    found = shifts(schedule, start, end, hours)
    return (
        *_gaps(found),
        *_leave(schedule, organisation, found),
        *_close(schedule, found),
        *_shares(schedule, found),
        *_people(schedule, organisation, found),
    )


def shares(found: tuple[Shift, ...]) -> dict[str, int]:
    """How many seconds each person is on call, the most first; of nobody is not told."""
    held: dict[str, int] = {}
    for shift in found:
        if shift.person:
            held[shift.person] = held.get(shift.person, 0) + shift.end - shift.start
    return dict(sorted(held.items(), key=lambda each: -each[1]))


def _gaps(found: tuple[Shift, ...]) -> Iterator[Finding]:
    for shift in found:
        if not shift.person:
            emptied = shift.source == "override"
            text = "an override leaves nobody on call" if emptied else "nobody is on call"
            yield Finding(GAP, "", text, "add somebody with `runbook oncall take`", shift.start, shift.end)


def _leave(schedule: Schedule, organisation: Organisation, found: tuple[Shift, ...]) -> Iterator[Finding]:
    if not schedule.rules.no_oncall_on_leave:
        return
    for shift in found:
        person = organisation.people.get(shift.person)
        if person is None:
            continue
        first = wall(shift.start, schedule.zone).date().isoformat()
        last = wall(shift.end - 1, schedule.zone).date().isoformat()
        for begins, ends in person.leave:
            if begins <= last and first <= ends:
                text = f"`{person.id}` is on call and on leave from {begins} to {ends}"
                help = "let somebody else take it with `runbook oncall take`"
                yield Finding(LEAVE, person.id, text, help, shift.start, shift.end)


def _close(schedule: Schedule, found: tuple[Shift, ...]) -> Iterator[Finding]:
    gap = schedule.rules.min_gap_days
    if not gap:
        return
    last: dict[str, Shift] = {}
    before = ""
    for shift in found:
        if not shift.person:
            continue
        earlier = last.get(shift.person)
        same = earlier is not None and (earlier.source, earlier.turn) == (shift.source, shift.turn)
        if earlier is not None and shift.person != before and not same:
            ended, begins = wall(earlier.end, schedule.zone), wall(shift.start, schedule.zone)
            if begins < ended + datetime.timedelta(days=gap):
                text = f"`{shift.person}` is on call again after less than {gap} days"
                yield Finding(CLOSE, shift.person, text, "swap one of the turns", shift.start, shift.end)
        last[shift.person] = shift
        before = shift.person


def _shares(schedule: Schedule, found: tuple[Shift, ...]) -> Iterator[Finding]:
    held = shares(found)
    total = sum(held.values())
    for person, seconds in held.items():
        if seconds * 100 > schedule.rules.max_share * total:
            text = (
                f"`{person}` has {seconds * 100 // total} % of the time, and {schedule.rules.max_share} % is the most"
            )
            yield Finding(SHARE, person, text, "let others take some of it")


def _people(schedule: Schedule, organisation: Organisation, found: tuple[Shift, ...]) -> Iterator[Finding]:
    for id in dict.fromkeys((*schedule.people(), *(shift.person for shift in found if shift.person))):
        person = organisation.people.get(id)
        if person is None:
            yield Finding(UNKNOWN, id, f"nobody knows `{id}`", f"describe them in `operations/people/{id}.yaml`")
        elif not (person.phone or person.contact):
            yield Finding(
                CONTACT, id, f"`{id}` can't be reached", f"add `phone` or `contact` to `operations/people/{id}.yaml`"
            )
