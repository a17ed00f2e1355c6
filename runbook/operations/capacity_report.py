"""The weeks of a department or a team as they were, what to commit to, and what fits into the week to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from runbook.operations.capacity import Week, capacity, commitment, measured_drag
from runbook.operations.intervals import Interval
from runbook.operations.local_time import week_name, week_of
from runbook.operations.oncall import Schedule, always, shifts
from runbook.operations.plans import completed, planned_in
from runbook.operations.scene import Scene
from runbook.operations.weeks import scales, together
from runbook.operations.weeks import week_of as week_spent

_DAY = 86400


@dataclass(frozen=True, slots=True)
class PastWeek:
    """One week: all people together, and each of them who did anything."""

    name: str
    span: Interval
    whole: Week
    people: dict[str, Week]
    planned: bool
    """True when somebody had committed to a plan."""


@dataclass(frozen=True, slots=True)
class CapacityReport:
    """Weeks as they were, oldest first, and how many days of planned work to commit to, for each person."""

    weeks: tuple[PastWeek, ...]
    current: PastWeek
    commit: float | None
    """Planned day-equivalents of a person; None while too few weeks with a plan are known."""
    drag: int | None
    """How many percent of a week being on call takes, as measured; None while too few weeks tell."""


def capacity_report(scene: Scene, schedules: Sequence[Schedule], weeks: int) -> CapacityReport:
    """The weeks before this one, and this one as far as it has come."""
    starts = [week_of(scene.now, scene.zone)]
    while len(starts) <= weeks:
        starts.append(week_of(starts[-1][0] - _DAY, scene.zone))
    since = min(scene.began(), starts[-1][0])
    factors = scales(scene.courses, scene.all_hours(since, scene.now), scene.now) if _corrected(scene) else {}
    first = week_of(scene.began(), scene.zone)[0]
    found = [_week(scene, span, factors) for span in reversed(starts) if span[0] >= first or span == starts[0]]
    past, current = tuple(found[:-1]), found[-1]
    days = [week.whole.days(scene.rules) for week in past if week.planned]
    return CapacityReport(past, current, commitment(days, scene.rules), _drag(scene, schedules, past))


def _corrected(scene: Scene) -> bool:
    return any(course.corrected is not None for course in scene.courses)


def _week(scene: Scene, span: Interval, factors: Mapping[str, Fraction]) -> PastWeek:
    start, end = span[0], min(span[1], scene.now)
    name = week_name(span[0], scene.zone)
    plan = planned_in(scene.plans, name)
    people = {
        person.id: week_spent(person.id, scene.courses, scene.hours(person, start, end), (start, end), plan, factors)
        for person in scene.people
    }
    people = {id: week for id, week in people.items() if week.planned or week.reactive}
    finished = {course.item.id for course in scene.courses if 0 < (course.passage.finished or 0) < end}
    plans = [each for (week, team), each in scene.plans.items() if week == name and scene.team in ("", team)]
    done = sum(completed(each, finished) for each in plans)
    whole = together(people.values(), sum(len(each.items) for each in plans), done)
    return PastWeek(name, span, whole, people, plan is not None)


def _drag(scene: Scene, schedules: Sequence[Schedule], weeks: Sequence[PastWeek]) -> int | None:
    """What being on call has taken, by the weeks in which people were on call for more than a day."""
    known = []
    for week in weeks:
        held: dict[str, int] = {}
        for schedule in schedules:
            for shift in shifts(schedule, *week.span, always):
                held[shift.person] = held.get(shift.person, 0) + shift.end - shift.start
        for person in scene.people:
            if person.id in week.people:
                whole = capacity(scene.hours(person, *week.span), allocation=person.allocation)
                known.append((held.get(person.id, 0) > _DAY, week.people[person.id].reactive, whole))
    return measured_drag(known)
