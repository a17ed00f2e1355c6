"""What one item is judged by: the agreements and the calendars they are counted with, as they were at one revision.

Rule 18: an item keeps the terms that held when it was opened, until somebody restates it for a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.operations.agreements import Agreement, Policy, Target, agreements_of
from runbook.operations.calendars import calendar_named, calendars_of
from runbook.operations.cycle import Goal

if TYPE_CHECKING:
    from runbook.operations.calendar import Calendar
    from runbook.outcome import Json


@dataclass(frozen=True, slots=True)
class Terms:
    """The agreements and calendars of one revision."""

    policy: Policy
    calendars: Mapping[str, Calendar]
    _goals: dict[tuple[Target, str], Goal] = field(default_factory=dict, compare=False, repr=False)

    def goal(self, agreement: Agreement | None, severity: str, clock: str) -> Goal | None:
        """How long something may take by an agreement; None when nothing was agreed."""
        target = agreement.target(severity, clock) if agreement else None
        if target is None:
            return None
        goal = self._goals.get((target, severity))
        if goal is None:
            calendar = calendar_named(self.calendars, target.calendar)
            goal = self._goals[target, severity] = Goal(calendar, target.seconds, target.business_days, severity)
        return goal


Earlier = Callable[[str], "Terms | None"]
"""The terms with a hash, as an event of an item names them; None when they are not known."""


def terms_of(data: Mapping[str, Json]) -> Terms:
    """The terms in the data of the files below `operations`, or in what an item has kept of it."""
    return Terms(agreements_of(data), calendars_of(data))


def unknown(hash: str) -> Terms | None:
    """No terms: for items of which every revision is judged by the same."""
    return None
