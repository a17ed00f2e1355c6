"""Judges work items: each by the policies it was opened under, or restated to, and with the people there are now.

Rule 18: what an item is judged by is pinned when it is opened; files that change later change nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runbook.durations import duration
from runbook.operations.agreements import agreements_of
from runbook.operations.calendars import calendar_named, calendars_of
from runbook.operations.catalogue import department_of, services_of
from runbook.operations.clock import Clock
from runbook.operations.department import Operations
from runbook.operations.escalating import snooze_refusal
from runbook.operations.item_clocks import governing
from runbook.operations.oncall import following, hours_of, on_call, schedules_of
from runbook.operations.reaching import Directory
from runbook.operations.rota import with_events
from runbook.operations.terms import Terms, terms_of
from runbook.operations.waking import Judging, Woken, judging_of
from runbook.operations.wall import local

if TYPE_CHECKING:
    from runbook.operations.calendar import Calendar
    from runbook.operations.facts import Facts
    from runbook.operations.item import Item
    from runbook.outcome import Json
    from runbook.run.events import Recorded


@dataclass(slots=True)
class Judges:
    """What judges the items of one department; `stored` gives what an item has pinned, by its hash."""

    operations: Operations
    stored: Callable[[str], Mapping[str, Json]]
    happened: Callable[[], Sequence[Recorded]] = tuple
    """What has happened to the department: who has taken what on call."""
    _known: dict[str, Judging] = field(default_factory=dict)
    _now: Judging | None = None

    def of(self, item: Item) -> Judging:
        """What this item is judged by."""
        if item.policies not in self._known:
            data = self.stored(item.policies) if item.policies else self.operations.data
            directory = directory_of(self.operations, self.happened())
            self._known[item.policies] = judging_of(data, directory, item.policies, self._earlier)
        return self._known[item.policies]

    def _earlier(self, hash: str) -> Terms | None:
        return self._known[hash].terms if hash in self._known else terms_of(self.stored(hash))

    def clocks(self, item: Item, now: int) -> tuple[Clock, ...]:
        """The clocks of an item at an instant."""
        return self.of(item).clocks(item.events, now)

    def governing(self, item: Item, now: int) -> Clock | None:
        """The clock of an item that is due first."""
        return governing(self.clocks(item, now))

    def woken(self, item: Item, now: int) -> Woken:
        """What time has made happen to an item, and nobody has recorded."""
        return self.of(item).woken(item.id, item.events, now)

    def wake(self, item: Item, now: int) -> int:
        """The next second at which time makes something happen to an item; 0 when nothing will."""
        return self.of(item).next_wake(item.id, item.events, now)

    def facts(self, facts: Facts) -> Facts:
        """What is known while a request is decided, with what the policies of now say."""
        policy, charter = agreements_of(self.operations.data), department_of(self.operations.data)
        severities = {id: each.priority for id, each in policy.severities.items()}

        def priority(severity: str, impact: str, urgency: str) -> str:
            by_matrix = policy.priority(impact, urgency) if impact and urgency else ""
            return by_matrix or severities.get(severity, "") or "P3"

        return replace(
            facts,
            severities=tuple(severities),
            usual_severity=policy.default_severity,
            priority=priority,
            pause_roles=policy.pause_roles,
            reopen_until=self.reopen_until,
            services=tuple(services_of(self.operations.data)),
            catalogued=bool(charter),
            scope_policy=charter.out_of_scope_policy if charter else "accept",
            rungs=self.rungs,
            snooze_refusal=self.snooze_refusal,
            after=self.after,
            shown=self.shown,
        )

    def shown(self, second: int) -> str:
        """A second by the clock of the office, as people read it."""
        return local(second, calendar_named(calendars_of(self.operations.data), "office").timezone)

    def after(self, second: int, text: str) -> int:
        """The second so long after another; `1bd` is the end of the next working day of the office."""
        if not text.endswith("bd"):
            return second + int(duration(text))
        return calendar_named(calendars_of(self.operations.data), "office").business_days(second, int(text[:-2]))

    def rungs(self, item: Item) -> tuple[str, ...] | None:
        """The rungs of the ladder of an item; None when it has none."""
        climb = self.of(item).climb(item.id, item.events, (), item.opened_at)
        return None if climb is None else tuple(rung.id for rung in climb.ladder.rungs)

    def ladder(self, item: Item, at: int) -> str:
        """The id of the ladder that an item was on at a second; empty when it had none."""
        climb = self.of(item).climb(item.id, item.events, (), at)
        return "" if climb is None else climb.ladder.id

    def snooze_refusal(self, item: Item, until: int, facts: Facts) -> str:
        """Why the escalations of an item may not be held back until then by whoever asks; empty when they may."""
        climb = self.of(item).climb(item.id, item.events, (), facts.now)
        if climb is None:
            return f"{item.id} has no ladder, so there is nothing to hold back"
        person = facts.organisation.people.get(facts.by)
        team = facts.organisation.teams.get(item.team)
        leads = ("team-lead",) if team is not None and team.lead == facts.by else ()
        return snooze_refusal(climb, until, facts.now, (*(person.roles if person else ()), *leads))

    def reopen_until(self, item: Item) -> int:
        """Until when a resolved item may be reopened; 0 for always, where nothing was agreed."""
        clock = next((each for each in self.clocks(item, item.resolved_at) if each.type == "sla"), None)
        agreements = self.of(item).terms.policy.agreements
        agreement = next((each for each in agreements if clock and each.id == clock.agreement), None)
        if agreement is None:
            return 0
        calendar = self._office(item)
        if agreement.reopen.business_days:
            return calendar.business_days(item.resolved_at, agreement.reopen.business_days)
        return calendar.add(item.resolved_at, agreement.reopen.seconds)

    def _office(self, item: Item) -> Calendar:
        calendars = self.of(item).terms.calendars
        return calendar_named(calendars, "office" if "office" in calendars else "always")


def directory_of(operations: Operations, events: Sequence[Recorded] = ()) -> Directory:
    """Who can be reached: the people there are, who of them is on call, and when they work."""
    schedules = {schedule.id: with_events(schedule, events) for schedule in schedules_of(operations.data)}
    open_hours = hours_of(operations.data)
    calendars = calendars_of(operations.data)

    def called(id: str, place: int, now: int) -> str:
        schedule = schedules.get(id) or (next(iter(schedules.values()), None) if not id else None)
        if schedule is None:
            return ""
        if not place:
            return on_call(schedule, now, open_hours)
        shift = following(schedule, now, place, open_hours)
        return shift.person if shift else ""

    def hours(person: str) -> Calendar | None:
        known = operations.organisation.people.get(person)
        return calendars.get(known.calendar) if known and known.calendar else None

    return Directory(operations.organisation, called, hours, calendar_named(calendars, "office").timezone)
