"""How much people can take on: the capacity of a week, what of it was planned work, and what to commit to next.

    capacity = allocation x open hours outside of leave - what being on call takes of them
    day-equivalents = planned hours / hours of a day

Rule 1: a commitment is what was kept in 85 % of the weeks that were, not what one would like.
"""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from runbook.operations.intervals import Interval, length, within, without
from runbook.operations.local_time import second_at
from runbook.operations.percentiles import percentile
from runbook.operations.priority import EXPEDITE

if TYPE_CHECKING:
    from runbook.organisation import Person
    from runbook.outcome import Json

PATH = "operations/policies/capacity.yaml"
"""The file that says otherwise."""
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a department expects of its weeks."""

    target_days: float = 2.0
    """The planned day-equivalents of a person and week that make a week a good one."""
    daily_hours: float = 8.0
    commit_percentile: int = 15
    fewest_weeks: int = 8
    oncall_drag: int | None = None
    """How many percent of their open time being on call takes from people; None where that is to be measured."""
    usual_hours: float = 4.0
    """How long an item is thought to take while too few of its kind are finished."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """What an hour costs, by role in the organisation."""


USUAL = Capacity()
"""What is expected where no file says otherwise."""


def capacity_of(data: Mapping[str, Json]) -> Capacity:
    """What a department expects of its weeks, as its files say."""
    given = data.get(PATH) or {}
    return Capacity(
        target_days=given.get("planned_days_target", USUAL.target_days),
        daily_hours=given.get("daily_hours", USUAL.daily_hours),
        commit_percentile=given.get("commit_percentile", USUAL.commit_percentile),
        fewest_weeks=given.get("fewest_weeks", USUAL.fewest_weeks),
        oncall_drag=int(str(given["oncall_drag"]).rstrip("% ")) if "oncall_drag" in given else None,
        usual_hours=given.get("usual_hours", USUAL.usual_hours),
        rates=given.get("rates", {}),
    )


def leave_of(person: Person, zone: zoneinfo.ZoneInfo) -> tuple[Interval, ...]:
    """The days on which somebody is on leave, as stretches of time."""
    midnight, day = datetime.time(), datetime.timedelta(days=1)
    return tuple(
        (
            second_at(datetime.date.fromisoformat(first), midnight, zone),
            second_at(datetime.date.fromisoformat(last) + day, midnight, zone),
        )
        for first, last in person.leave
    )


def capacity(
    open: Iterable[Interval],
    leave: Iterable[Interval] = (),
    allocation: int = 100,
    on_call: Iterable[Interval] = (),
    drag: int = 0,
) -> Fraction:
    """The seconds that a person can work in a time, of which these are the open hours."""
    there = without(open, leave)
    pulled = length(within(there, on_call))
    return Fraction(allocation, 100) * (length(there) - Fraction(drag, 100) * pulled)


def measured_drag(weeks: Iterable[tuple[bool, Fraction, Fraction]], fewest: int = 4) -> int | None:
    """How many percent of a week being on call takes, of weeks as (on call, reactive seconds, capacity).

    It is by how much the reactive share is greater in weeks on call than in the others; None while too few of both are
    known.
    """
    known = tuple(weeks)
    shares = {
        on: [reactive / whole for was, reactive, whole in known if was is on and whole > 0] for on in (True, False)
    }
    if min(map(len, shares.values())) < fewest:
        return None
    means = {on: sum(each, Fraction()) / len(each) for on, each in shares.items()}
    return round(max(Fraction(), means[True] - means[False]) * 100)


def is_planned(item_class: str, in_plan: bool, duty_on_time: bool = False) -> bool:
    """True for work of the week's plan, or of a duty on time; what is expedited never is."""
    return item_class != EXPEDITE and (in_plan or duty_on_time)


@dataclass(frozen=True, slots=True)
class Week:
    """One person's week, or that of several together: what was planned, what came, and what of the plan got done."""

    planned: Fraction
    """Seconds."""
    reactive: Fraction
    people: int = 1
    committed: int = 0
    completed: int = 0
    interruptions: int = 0

    def days(self, rules: Capacity = USUAL) -> float:
        """The planned day-equivalents of each person."""
        return float(self.planned / Fraction(rules.daily_hours) / HOUR / max(self.people, 1))

    @property
    def reactive_share(self) -> float:
        """The share of the time that went to what nobody had planned."""
        total = self.planned + self.reactive
        return float(self.reactive / total) if total else 0.0

    @property
    def completion(self) -> float | None:
        """The share of what was committed to that got done; None where nothing was."""
        return self.completed / self.committed if self.committed else None

    def met(self, rules: Capacity = USUAL) -> bool:
        """True for a good week: as much planned work as is the target."""
        return self.days(rules) >= rules.target_days


def commitment(days: Sequence[float], rules: Capacity = USUAL) -> float | None:
    """How many planned day-equivalents to commit to, from those of the last weeks; None while those are too few."""
    return percentile(days, rules.commit_percentile) if len(days) >= rules.fewest_weeks else None
