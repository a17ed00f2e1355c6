"""Which work comes first: priority rises when half, and when four fifths, of the agreed time is used.

    key = (expedite first, manual rank, raised priority, due, opened, id)

Rule 1: nothing is stored: the order is worked out whenever somebody asks, from how things stand then.
Rule 2: there is no further raise when time is up. What is late escalates; it does not jump the queue.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.durations import duration, in_words

if TYPE_CHECKING:
    from runbook.outcome import Json

PATH = "operations/policies/priority.yaml"
"""The file that says otherwise."""
EXPEDITE, FIXED_DATE, STANDARD, INTANGIBLE = "expedite", "fixed_date", "standard", "intangible"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one work item stands at a moment: all that its place in the order depends on. Times in seconds."""

    id: str
    item_class: str
    priority: int
    """As it was classified: 1 for P1."""
    opened: int
    used: float = 0.0
    """The share of the governing clock's target that is used; 0 while it is paused."""
    target: int = 0
    """The target of that clock; 0 when there is none."""
    due: int | None = None
    p85: int | None = None
    """The cycle time that 85 % of the finished items of its kind did not exceed; None while too few are."""
    rank: int | None = None
    """Where somebody has put it by hand, the lowest first; those come before what nobody has put anywhere."""


@dataclass(frozen=True, slots=True)
class Priorities:
    """How priority rises."""

    raise_at: tuple[int, ...] = (50, 80)
    """The percentages of the target at which priority rises by one."""
    first_guess: int = 5 * 86400
    """How long work is taken to last while too little of its kind is finished to tell."""
    starving_after: int = 4
    """How many times as long intangible work waits before it rises."""


USUAL = Priorities()
"""How priority rises where no file says otherwise."""


@dataclass(frozen=True, slots=True)
class Raised:
    """The priority an item has now, and what has raised it: nothing where `why` is empty."""

    priority: int
    why: str = ""


def priorities_of(data: Mapping[str, Json]) -> Priorities:
    """How priority rises, as the files of the department say."""
    given = data.get(PATH) or {}
    return Priorities(
        raise_at=tuple(sorted(int(each.rstrip("% ")) for each in given.get("raise_at", ())) or USUAL.raise_at),
        first_guess=int(duration(given["first_guess"])) if "first_guess" in given else USUAL.first_guess,
        starving_after=given.get("starving_after", USUAL.starving_after),
    )


def raised(standing: Standing, now: int, rules: Priorities = USUAL) -> Raised:
    """The priority of an item now, with the words for a raise (`P3→P2: 58 % of 24h used`)."""
    lasts = standing.p85 if standing.p85 is not None else rules.first_guess
    if standing.item_class == INTANGIBLE:
        limit = rules.starving_after * lasts
        starves = now - standing.opened > limit
        return _raised(standing, int(starves), f"waiting for more than {in_words(limit)}")
    by_clock = by_date = 0
    if standing.target:
        by_clock = sum(standing.used * 100 >= percent for percent in rules.raise_at)
    if standing.due is not None and (standing.item_class == FIXED_DATE or not standing.target):
        by_date = (now >= standing.due - 2 * lasts) + (now >= standing.due - lasts)
    if by_clock >= by_date:
        used = f"{math.floor(standing.used * 100 + 1e-9)} % of {_target(standing.target)} used"
        return _raised(standing, by_clock, used)
    assert standing.due is not None
    left = standing.due - now
    when = f"due in {in_words(left)}" if left > 0 else f"due {in_words(-left)} ago"
    return _raised(standing, by_date, f"{when}, and such work takes {in_words(lasts)}")


def _raised(standing: Standing, steps: int, why: str) -> Raised:
    now = max(1, standing.priority - steps)
    return Raised(now, f"P{standing.priority}→P{now}: {why}" if now != standing.priority else "")


def _target(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours}h" if hours and not rest else in_words(seconds).replace(" min", "m").replace(" ", "")


def order_of(standings: Iterable[Standing], now: int, rules: Priorities = USUAL) -> tuple[tuple[Standing, Raised], ...]:
    """The items in the order in which they are to be done, each with the priority that it has now."""
    return tuple(sorted(((each, raised(each, now, rules)) for each in standings), key=_key))


def _key(entry: tuple[Standing, Raised]) -> tuple[object, ...]:
    each, now = entry
    return (
        each.item_class != EXPEDITE,
        (each.rank is None, each.rank or 0),
        now.priority,
        math.inf if each.due is None else each.due,
        each.opened,
        natural(each.id),
    )


def natural(id: str) -> tuple[str, int, str]:
    """An id as it sorts: `INC-9` before `INC-10`."""
    found = re.fullmatch(r"(.*?)([0-9]{1,18})", id, re.DOTALL)
    return (found[1], int(found[2]), id) if found else (id, 0, id)
