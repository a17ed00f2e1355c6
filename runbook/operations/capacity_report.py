"""The weeks of a department or a team as they were, what to commit to, and what fits into the week to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from runbook.operations.capacity import Week, commitment, measured_drag
from runbook.operations.intervals import Interval, length, union
from runbook.operations.local_time import week_name, week_of
from runbook.operations.oncall import OpenHours, Schedule
from runbook.operations.plans import completed, planned_in
from runbook.operations.scene import Scene
from runbook.operations.weeks import scales, together
from runbook.operations.weeks import week_of as week_spent
from runbook.operations.workable import drag_of, held, workable

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
    room: Mapping[str, Fraction] = field(default_factory=dict)
    """The seconds that each person could work in it, as far as it has come."""


@dataclass(frozen=True, slots=True)
class CapacityReport:
    """Weeks as they were, oldest first, and how many days of planned work to commit to, for each person."""

    weeks: tuple[PastWeek, ...]
    current: PastWeek
    commit: float | None
    """Planned day-equivalents of a person; None while too few weeks with a plan are known."""
    drag: int | None
    """How many percent of a week being on call takes, as measured; None while too few weeks tell."""
    taken: int = 0
    """How many percent of their open hours it is taken to take from people."""


def capacity_report(scene: Scene, schedules: Sequence[Schedule], weeks: int, hours: OpenHours) -> CapacityReport:
    """The weeks before this one, and this one as far as it has come."""
    starts = [week_of(scene.now, scene.zone)]
    while len(starts) <= weeks:
        starts.append(week_of(starts[-1][0] - _DAY, scene.zone))
    since = min(scene.began(), starts[-1][0])
    factors = scales(scene.courses, scene.all_hours(since, scene.now), scene.now) if _corrected(scene) else {}
    first = week_of(scene.began(), scene.zone)[0]
    found = [_week(scene, span, factors) for span in reversed(starts) if span[0] >= first or span == starts[0]]
    measured = measured_on_call(scene, schedules, found[:-1], hours)
    taken = drag_of(scene.rules, measured)
    found = [_with_room(scene, week, held(schedules, _so_far(scene, week.span), hours), taken) for week in found]
    past, current = tuple(found[:-1]), found[-1]
    days = [week.whole.days(scene.rules) for week in past if week.planned]
    return CapacityReport(past, current, commitment(days, scene.rules), measured, taken)


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


def _so_far(scene: Scene, span: Interval) -> Interval:
    return span[0], min(span[1], scene.now)


def _with_room(scene: Scene, week: PastWeek, on_call: Mapping[str, Sequence[Interval]], drag: int) -> PastWeek:
    """The week with what each person could work in it."""
    span = _so_far(scene, week.span)
    room = {each.id: workable(scene, each, span, on_call.get(each.id, ()), drag) for each in scene.people}
    return replace(week, room=room)


def measured_on_call(
    scene: Scene, schedules: Sequence[Schedule], weeks: Sequence[PastWeek], hours: OpenHours
) -> int | None:
    """What being on call has taken, by the weeks in which people were on call for more than a day."""
    known = []
    for week in weeks:
        on_call = held(schedules, week.span, hours)
        for person in scene.people:
            if person.id in week.people:
                called = length(union(on_call.get(person.id, ()))) > _DAY
                known.append((called, week.people[person.id].reactive, workable(scene, person, week.span)))
    return measured_drag(known)
