"""Who is on call, on a screen and for programs: by the clock of each schedule.

Rule 1: what people are called comes from files, and is shown with nothing hidden in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.operations.oncall_check import shares
from runbook.operations.seconds import instant_of, seconds
from runbook.operations.wall import WEEKDAY, local
from runbook.views.lines import columns, fitted
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.operations.oncall import Schedule, Shift
    from runbook.operations.oncall_check import Finding
    from runbook.run.events import Recorded
    from runbook.views.style import Style

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on call in one schedule for a time; `coming` is the next shift where nobody is at its beginning."""

    schedule: Schedule
    start: int
    end: int
    shifts: tuple[Shift, ...]
    coming: Shift | None


def shown(rotas: Sequence[Rota], style: Style) -> Iterator[str]:
    """Every schedule: who is on call, the shifts to come, and how much of the time each person has."""
    for number, rota in enumerate(rotas):
        if number:
            yield ""
        schedule, now = rota.schedule, rota.shifts[0]
        title = f"{schedule.id} ({schedule.zone.key})"
        who = style.bold(visible(now.person)) if now.person else style.paint(NOBODY, "31")
        yield f"{style.bold(title)}: {who} until {_at(now.end, schedule)}"
        if rota.coming:
            yield f"  next is {visible(rota.coming.person)} at {_at(rota.coming.start, schedule)}"
        room = max(columns(visible(shift.person) or NOBODY) for shift in rota.shifts)
        for shift in rota.shifts:
            name = visible(shift.person) or NOBODY
            cell = (name if shift.person else style.paint(name, "31")) + " " * (room - columns(name))
            span = f"{_at(shift.start, schedule)}  {_at(shift.end, schedule)}"
            yield f"  {span}  {cell}  {_hours(shift.end - shift.start):>5} h  {shift.source}".rstrip()
        held = shares(rota.shifts)
        if held:
            total = sum(held.values())
            told = ", ".join(f"{visible(person)} {seconds * 100 // total} %" for person, seconds in held.items())
            yield f"  shares: {told}"


def as_json(rota: Rota) -> dict[str, Any]:
    """A schedule for programs."""
    now = rota.shifts[0]
    return {
        "schedule": rota.schedule.id,
        "timezone": rota.schedule.zone.key,
        "from": instant_of(rota.start),
        "to": instant_of(rota.end),
        "person": now.person or None,
        "next": _shift(rota.coming) if rota.coming else None,
        "shifts": [_shift(shift) for shift in rota.shifts],
        "hours": {person: _hours(seconds) for person, seconds in shares(rota.shifts).items()},
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {
        "from": instant_of(shift.start),
        "to": instant_of(shift.end),
        "person": shift.person or None,
        "source": shift.source or None,
        "hours": _hours(shift.end - shift.start),
    }


def _hours(seconds: int) -> float | int:
    hours = round(seconds / 3600, 1)
    return int(hours) if hours == int(hours) else hours


def checked(found: Sequence[tuple[Schedule, Sequence[Finding]]], weeks: int, style: Style, width: int) -> Iterator[str]:
    """What is wrong with the weeks to come, a line each, with one thing to do."""
    ahead = f"{weeks} week{'' if weeks == 1 else 's'}"
    for schedule, findings in found:
        if not findings:
            yield f"{schedule.id}: nothing is wrong with the next {ahead}"
        for finding in findings:
            when = f"{_at(finding.start, schedule)} to {_at(finding.end, schedule)}: " if finding.end else ""
            name = style.paint(finding.what, "31")
            yield from fitted(f"{schedule.id}: {name}: {when}{visible(finding.text)}", width)
            yield from fitted(f"  {visible(finding.help)}", width)


def finding_as_json(schedule: Schedule, finding: Finding) -> dict[str, Any]:
    """A finding for programs."""
    return {
        "schedule": schedule.id,
        "what": finding.what,
        "person": finding.person or None,
        "from": instant_of(finding.start) if finding.end else None,
        "to": instant_of(finding.end) if finding.end else None,
        "message": finding.text,
        "help": finding.help,
    }


def recorded(event: Recorded, timezone: str) -> Iterator[str]:
    """What was taken or swapped, in words; times by the clock of that zone."""
    data = event.event.data
    if "first" in data:
        for each, other in (("first", "second"), ("second", "first")):
            yield _line(data[other]["person"], data["schedule"], data[each], timezone)
    else:
        yield _line(data.get("person", ""), data["schedule"], data, timezone)


def _line(person: str, schedule: str, span: Any, timezone: str) -> str:
    start, end = (local(seconds(span[each]), timezone, WEEKDAY) for each in ("from", "to"))
    return f"{visible(person) or NOBODY} is on call for {schedule} from {start} to {end}"


def recorded_as_json(event: Recorded) -> dict[str, Any]:
    """The same for programs."""
    return {"type": event.event.type, "at": event.at, "by": event.by, **event.event.data}


def _at(second: int, schedule: Schedule) -> str:
    """A moment as the clock of the schedule shows it, with its day of the week."""
    return local(second, schedule.zone.key, WEEKDAY)
