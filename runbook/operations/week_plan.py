"""What fits into a week: how many days people can commit to, and which items come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from runbook.operations.capacity import capacity
from runbook.operations.intervals import Interval
from runbook.operations.item import Item
from runbook.operations.load import Load, load_of
from runbook.operations.oncall import OpenHours, Schedule, shifts
from runbook.operations.passages import touched
from runbook.operations.plans import Plan, Proposal, propose, usual_hours
from runbook.operations.scene import Scene
from runbook.operations.weeks import hours_by_kind
from runbook.operations.workable import held, workable
from runbook.organisation import Person

_FOUR_WEEKS = 28 * 86400


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """What could be committed to for a week, or was."""

    week: str
    team: str
    each: float
    """Planned day-equivalents of one person that is there the whole week."""
    learned: bool
    """True when that is what was kept in earlier weeks, and not the target."""
    present: float
    """How many people are there, those who are for a part of the week as that part."""
    room: float
    proposals: tuple[Proposal, ...]
    plan: Plan | None
    """What was committed to."""
    over: bool = False
    """True when the week is over."""


def week_plan(scene: Scene, ordered: Sequence[Item], span: Interval, name: str, commit: float | None) -> WeekPlan:
    """What fits into a week; `commit` is what earlier weeks say that one person keeps."""
    each = scene.rules.target_days if commit is None else commit
    present = sum(float(_presence(scene, person, span)) for person in scene.people)
    room = each * present
    proposals = propose(ordered, hours_left(scene, ordered), room, scene.rules.daily_hours)
    plan = scene.plans.get((name, scene.team))
    return WeekPlan(name, scene.team, each, commit is not None, present, room, proposals, plan, span[1] <= scene.now)


def _presence(scene: Scene, person: Person, span: Interval) -> Fraction:
    """What of a week somebody is there: their hours without leave, as a part of those with it, and of a whole post."""
    whole = capacity(scene.hours(person, *span, on_leave=True))
    return capacity(scene.hours(person, *span), allocation=person.allocation) / whole if whole else Fraction()


def hours_left(scene: Scene, items: Sequence[Item]) -> dict[str, float]:
    """How many hours each item is thought to take still: what such items took, without what it has taken."""
    hours = scene.all_hours(scene.began(), scene.now)
    usual = hours_by_kind(scene.courses, hours, scene.now)
    spent = touched([course for course in scene.courses if course.item.is_open], hours, scene.now)
    found = {}
    for item in items:
        whole = item.budget_days * scene.rules.daily_hours or usual_hours(usual, item.kind, scene.rules.usual_hours)
        found[item.id] = max(whole / 8, whole - float(spent.get(item.id, Fraction()) / 3600))
    return found


def loads(scene: Scene, span: Interval, schedules: Sequence[Schedule], hours: OpenHours, drag: int) -> tuple[Load, ...]:
    """What everybody has on their plate in a week; being on call takes `drag` percent of the hours in it."""
    items = scene.open_items()
    left = hours_left(scene, items)
    ahead = {each.id: shifts(each, scene.now, scene.now + _FOUR_WEEKS, hours) for each in schedules}
    this_week = held(schedules, span, hours)
    found = []
    for person in scene.people:
        room = workable(scene, person, span, this_week.get(person.id, ()), drag)
        away = not scene.hours(person, *span) and bool(scene.hours(person, *span, on_leave=True))
        found.append(load_of(person.id, items, scene.boards, left, float(room / 3600), ahead, scene.now, away))
    return tuple(found)
