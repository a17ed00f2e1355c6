"""The hours that people can work in a time: the one rule for what is on their plate and for the weeks that were.

    workable = allocation x open hours outside of leave - what being on call takes of them

Rule 1: what being on call takes is what the file says (`oncall_drag`), else what was measured, else nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from runbook.operations.capacity import Capacity, capacity
from runbook.operations.intervals import Interval
from runbook.operations.oncall import OpenHours, Schedule, shifts
from runbook.operations.scene import Scene
from runbook.organisation import Person


def drag_of(rules: Capacity, measured: int | None) -> int:
    """How many percent of their open hours being on call takes from people."""
    return rules.oncall_drag if rules.oncall_drag is not None else measured or 0


def held(schedules: Sequence[Schedule], span: Interval, hours: OpenHours) -> dict[str, tuple[Interval, ...]]:
    """When each person is on call in a time, in any of the schedules."""
    found: dict[str, tuple[Interval, ...]] = {}
    for schedule in schedules:
        for shift in shifts(schedule, *span, hours):
            if shift.person:
                found[shift.person] = (*found.get(shift.person, ()), (shift.start, shift.end))
    return found


def workable(scene: Scene, person: Person, span: Interval, on_call: Sequence[Interval] = (), drag: int = 0) -> Fraction:
    """The seconds that somebody can work in a time; `on_call` is when they are."""
    return capacity(scene.hours(person, *span), allocation=person.allocation, on_call=on_call, drag=drag)
