"""Weeks of people as they were: hours of planned work, hours of what came, and how often it interrupted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from runbook.operations.capacity import Week, is_planned
from runbook.operations.intervals import Interval, within
from runbook.operations.passages import Course, touched
from runbook.operations.time_spent import Stretch, interruptions, spent


def scales(courses: Iterable[Course], hours: Mapping[str, Iterable[Interval]], until: int) -> dict[str, Fraction]:
    """By how much the time of each item counts that somebody has corrected; `hours` are everybody's since it began."""
    said = [course for course in courses if course.corrected is not None]
    everybody = tuple(courses)
    if not said:
        return {}
    open = {person: tuple(times) for person, times in hours.items()}
    raw: dict[str, Fraction] = {}
    for person, times in open.items():
        stretches = [each for course in everybody for each in course.stretches(person, until)]
        for item, time in spent(stretches, times).by_item.items():
            raw[item] = raw.get(item, Fraction()) + time
    return {
        course.item.id: Fraction(course.corrected or 0) / raw[course.item.id]
        for course in said
        if raw.get(course.item.id)
    }


def week_of(
    person: str,
    courses: Iterable[Course],
    open: Iterable[Interval],
    span: Interval,
    plan: Collection[str] | None,
    scale: Mapping[str, Fraction],
) -> Week:
    """One person's week; `plan` are the items that were committed to, None where nobody has planned the week.

    Where there was no plan, an item is what it was opened as. What somebody has corrected counts as they said; of an
    item that took nobody's time otherwise, in the week in which they said so.
    """
    start, end = span
    known = tuple(courses)
    stretches: list[Stretch] = []
    planned: dict[str, bool] = {}
    for course in known:
        planned[course.item.id] = _planned(course, plan, end)
        stretches += course.stretches(person, end, planned[course.item.id])
    here = [
        Stretch(each.item, max(each.start, start), each.end, each.planned) for each in stretches if each.end > start
    ]
    times = dict(spent(here, within(open, [span])).by_item)
    for course in known:
        id = course.item.id
        if id in scale:
            times[id] = times.get(id, Fraction()) * scale[id]
        elif course.corrected is not None and course.item.accountable == person and start <= course.corrected_at < end:
            times[id] = Fraction(course.corrected)
    sums = {True: Fraction(), False: Fraction()}
    for id, time in times.items():
        sums[planned[id]] += time
    began = [each for each in stretches if each.planned or each.start >= start]
    return Week(sums[True], sums[False], interruptions=interruptions(began))


def _planned(course: Course, plan: Collection[str] | None, end: int) -> bool:
    item, passage = course.item, course.passage
    in_plan = item.id in plan if plan is not None else item.demand == "planned"
    on_time = item.kind == "duty" and (not item.due or (passage.finished or end) <= item.due)
    return is_planned(item.item_class, in_plan, on_time)


def together(weeks: Iterable[Week], committed: int = 0, done: int = 0) -> Week:
    """The week of several people as one; people without any time in it do not count."""
    known = [week for week in weeks if week.planned or week.reactive]
    return Week(
        sum((week.planned for week in known), Fraction()),
        sum((week.reactive for week in known), Fraction()),
        max(len(known), 1),
        committed,
        done,
        sum(week.interruptions for week in known),
    )


def hours_by_kind(
    courses: Iterable[Course], hours: Mapping[str, Iterable[Interval]], until: int
) -> dict[str, list[float]]:
    """How many hours each finished item took, by kind."""
    finished = [course for course in courses if course.passage.finished is not None]
    times = touched(finished, hours, until)
    found: dict[str, list[float]] = {}
    for course in finished:
        found.setdefault(course.item.kind, []).append(float(times.get(course.item.id, Fraction()) / 3600))
    return found
