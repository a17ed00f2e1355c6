"""Who is on call: looked at, checked, taken and swapped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.engine.department_log import DepartmentLog
    from runbook.operations.department import Operations
    from runbook.operations.oncall import Schedule
    from runbook.operations.oncall_check import Finding
    from runbook.run.events import Recorded
    from runbook.views.rota import Rota

_MOST_WEEKS = 104


def department_log(workspace: Workspace) -> DepartmentLog:
    """The department's own stream, for whoever calls."""
    from runbook.app.people import organisation
    from runbook.engine.department_log import DepartmentLog

    who = organisation(workspace).person_of(workspace.actor.name)
    return DepartmentLog(workspace.journal.streams, workspace.actor, who)


def department_events(workspace: Workspace) -> Sequence[Recorded]:
    """All that has happened to the department as a whole; nothing where no journal is, without leaving a trace."""
    return department_log(workspace).events() if workspace.existing_journal() is not None else ()


def on_call(workspace: Workspace, schedule: str = "", since: str = "", weeks: int = 4) -> list[Rota]:
    """Who is on call from a moment on, in one schedule or in all."""
    from runbook.operations.oncall import hours_of, next_shift, shift_at, shifts
    from runbook.views.rota import Rota

    operations, known = _schedules(workspace, schedule)
    hours, found = hours_of(operations.data), []
    for each in known:
        start = _moment(since, each) if since else _now(workspace)
        end = _later(start, weeks, each)
        now, last = shift_at(each, start, hours), shift_at(each, end - 1, hours)
        whole = shifts(each, now.start, last.end, hours)
        found.append(Rota(each, start, end, whole, None if now.person else next_shift(each, start, hours)))
    return found


def check_on_call(workspace: Workspace, schedule: str = "", weeks: int = 8) -> list[tuple[Schedule, list[Finding]]]:
    """What is wrong with the weeks to come, in one schedule or in all."""
    from runbook.operations.oncall import hours_of
    from runbook.operations.oncall_check import check_schedule

    operations, known = _schedules(workspace, schedule)
    hours, now = hours_of(operations.data), _now(workspace)
    return [
        (each, list(check_schedule(each, operations.organisation, now, _later(now, weeks, each), hours)))
        for each in known
    ]


def take_on_call(
    workspace: Workspace, schedule: str, person: str | None, start: str, end: str, reason: str
) -> Recorded:
    """Be on call for a time, or have somebody else be; nobody where the person is empty, who calls where it is None."""
    from runbook.operations.rota import Take, decide, with_events
    from runbook.operations.seconds import seconds

    operations, (found,) = _schedules(workspace, schedule, one=True)
    log = department_log(workspace)
    who = log.person if person is None else person
    command = Take(found.id, who, _moment(start, found), _moment(end, found, ends=True), reason)
    written = _as_written(operations, found.id)
    return log.record(
        lambda events, now: decide(
            with_events(written, events), command, operations.organisation, log.person, seconds(now)
        )
    )


def swap_on_call(workspace: Workspace, schedule: str, first: str, second: str, reason: str) -> Recorded:
    """Exchange the two shifts in which these moments lie."""
    from runbook.operations.oncall import hours_of
    from runbook.operations.rota import Swap, decide, with_events
    from runbook.operations.seconds import seconds

    operations, (found,) = _schedules(workspace, schedule, one=True)
    hours, log = hours_of(operations.data), department_log(workspace)
    command = Swap(found.id, _moment(first, found), _moment(second, found), reason)
    written = _as_written(operations, found.id)
    return log.record(
        lambda events, now: decide(
            with_events(written, events), command, operations.organisation, log.person, seconds(now), hours
        )
    )


def schedule_ids(workspace: Workspace) -> list[str]:
    """The ids of the schedules, for completion."""
    return [each.id for each in _schedules(workspace, "")[1]]


def schedule_zone(workspace: Workspace, schedule: str) -> str:
    """The time zone by whose clock a schedule goes."""
    return _schedules(workspace, schedule, one=True)[1][0].zone.key


def _schedules(workspace: Workspace, id: str, one: bool = False) -> tuple[Operations, list[Schedule]]:
    from runbook.app.worklists import operations
    from runbook.operations.oncall import schedules_of
    from runbook.operations.rota import schedule_named, with_events

    known = operations(workspace)
    schedules = schedules_of(known.data)
    chosen = [schedule_named(schedules, id)] if id or one or not schedules else list(schedules)
    events = department_events(workspace)
    return known, [with_events(each, events) for each in chosen]


def _as_written(operations: Operations, id: str) -> Schedule:
    """A schedule without what has been taken and swapped since."""
    from runbook.operations.oncall import schedules_of

    return next(each for each in schedules_of(operations.data) if each.id == id)


def _now(workspace: Workspace) -> int:
    from runbook.operations.seconds import seconds

    return seconds(workspace.clock())


def _later(start: int, weeks: int, schedule: Schedule) -> int:
    """So many weeks after a moment, by the clock of the schedule."""
    import datetime

    from runbook.operations.local_time import second_at, wall

    if not 0 < weeks <= _MOST_WEEKS:
        raise Misuse(f"{weeks} weeks can't be looked at", f"ask for 1 to {_MOST_WEEKS}")
    then = wall(start, schedule.zone) + datetime.timedelta(weeks=weeks)
    return second_at(then.date(), then.time(), schedule.zone)


def _moment(text: str, schedule: Schedule, ends: bool = False) -> int:
    """A time by the clock of the schedule; a day begins at its midnight, and ends at the next one."""
    import datetime

    from runbook.operations.local_time import second_at
    from runbook.operations.oncall import local_second

    try:
        if len(text) == len("2026-04-07"):
            day = datetime.date.fromisoformat(text) + datetime.timedelta(days=ends)
            return second_at(day, datetime.time(), schedule.zone)
        return local_second(text, schedule.zone)
    except (ValueError, OverflowError):
        raise Misuse(f"`{text}` is no time", "write it like 2026-04-07 or 2026-04-07T09:00") from None
