"""The plan of a week: what was committed to on its first day, and what could be.

Rule 1: a week has one plan, and it is not changed afterwards: what came later is what nobody had planned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from runbook.errors import Refused
from runbook.operations.item import Item
from runbook.operations.percentiles import percentile
from runbook.run.events import Event, Recorded

COMMITTED = "PlanCommitted"
_FEWEST = 5
"""Finished items of a kind from which it is told how long such an item takes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The items that a team, or the whole department, has committed to for a week (`2026-W14`), and their days."""

    week: str
    team: str
    items: tuple[str, ...]
    days: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item that could be committed to, with the days that such an item takes, and whether it still fits."""

    item: Item
    days: float
    fits: bool
    why_not: str = ""


def plans_in(events: Iterable[Recorded]) -> Mapping[tuple[str, str], Plan]:
    """The plans that were committed to, by week and team."""
    found: dict[tuple[str, str], Plan] = {}
    for recorded in events:
        data = recorded.event.data
        if recorded.event.type == COMMITTED:
            key = data["week"], data.get("team", "")
            found.setdefault(key, Plan(*key, tuple(data["items"]), data["days"]))
    return found


def planned_in(plans: Mapping[tuple[str, str], Plan], week: str) -> frozenset[str] | None:
    """The items that anybody has committed to for a week; None when nobody has committed to anything."""
    found = [plan.items for (when, _), plan in plans.items() if when == week]
    return frozenset(item for items in found for item in items) if found else None


def usual_hours(times: Mapping[str, Sequence[float]], kind: str, first_guess: float) -> float:
    """How many hours an item of a kind takes: half of the finished ones took no longer. `times` are hours by kind."""
    known = [each for each in times.get(kind, ()) if each > 0]
    return percentile(known, 50) if len(known) >= _FEWEST else first_guess


def propose(ordered: Iterable[Item], hours: Mapping[str, float], room: float, daily: float) -> tuple[Proposal, ...]:
    """Which items fit into so many days, in their order; what is blocked, or nobody has planned, is left out."""
    found: list[Proposal] = []
    left = room
    for item in ordered:
        days = hours[item.id] / daily
        why = "blocked" if item.blocked else "expedited" if item.item_class == "expedite" else ""
        why = why or ("" if days <= left + 1e-9 else "no room")
        if not why:
            left -= days
        found.append(Proposal(item, days, not why, why))
    return tuple(found)


def commit(plan: Plan, known: Collection[str], plans: Mapping[tuple[str, str], Plan]) -> Event:
    """The event of a commitment; `Refused` when there is one already, or an item is none that is open."""
    if (plan.week, plan.team) in plans:
        whose = f" of {plan.team}" if plan.team else ""
        raise Refused(f"the week {plan.week}{whose} has a plan", "what came later is reactive work; plan the next week")
    if not plan.items:
        raise Refused("a plan without items is none", "name items, or open some first")
    for item in plan.items:
        if item not in known:
            raise Refused(f"{item} is no open item", "see `runbook item list`")
    data = {"week": plan.week, "team": plan.team, "items": list(plan.items), "days": plan.days}
    return Event(COMMITTED, data={name: value for name, value in data.items() if value != ""})


def completed(plan: Plan, finished: Collection[str]) -> int:
    """How many of the items of a plan are finished."""
    return sum(item in finished for item in plan.items)
