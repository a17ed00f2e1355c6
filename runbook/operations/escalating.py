"""Which rungs of its ladder are due for an item at an instant, and when the next one will be.

Rule 1: each comes once: its key is that of the item, the revision of the policies, the rung and its repetition.
Rule 2: of all that became due while nobody was awake, only the highest is told; the others are recorded.
Rule 3: what reaches nobody is recorded as that, and the next rung comes at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runbook.operations.calendars import calendar_named
from runbook.operations.clock import Clock, State
from runbook.operations.cycle import as_target
from runbook.operations.forms import SINCE
from runbook.operations.happened import Moment, second_of
from runbook.operations.ladder import FUNCTIONAL, After, Around, Ladder, Rung, Share
from runbook.operations.reaching import Directory

if TYPE_CHECKING:
    from runbook.operations.calendar import Calendar


@dataclass(frozen=True, slots=True)
class DueRung:
    """A rung that has come, with whom it reaches."""

    ladder: str
    rung: Rung
    n: int
    due_at: int
    key: str
    to: tuple[str, ...]
    """Nobody when it reaches none, which is recorded instead."""
    tells: bool = True
    """False for what a higher rung that came at the same time tells already."""
    held: Mapping[str, int] = field(default_factory=dict)
    """Until when it waits for whoever is not at work; it has no one for whom it does not wait."""


@dataclass(frozen=True, slots=True)
class Climb:
    """How far an item has come on its ladder since it was opened, or reopened the last time."""

    item: str
    ladder: Ladder
    moments: Sequence[Moment]
    clocks: Sequence[Clock]
    calendars: Mapping[str, Calendar]
    rev: str = ""
    """The revision of the policies it is judged by."""

    def due(self, directory: Directory, now: int) -> tuple[DueRung, ...]:
        """The rungs that have come and were not recorded yet, in the order of their time."""
        if self.stopped:
            return ()
        found: list[DueRung] = []
        empty: int | None = None
        for place, rung in enumerate(self.ladder.rungs):
            pulled = empty if empty is not None else self._empty_since(place)
            empty = None
            for n, at in self._times(rung, pulled):
                if self._ready(at) > now:
                    break
                if self._recorded(rung, n, at):
                    continue
                to = (person for each in rung.notify for person in directory.reached(each, self.facts, now))
                found.append(DueRung(self.ladder.id, rung, n, at, self._key(rung, n), tuple(dict.fromkeys(to))))
                if not found[-1].to:
                    empty = at if n == 0 and self.ladder.next_when_empty else None
                    break
        told = [each for each in found if each.to]
        highest = max(told, key=lambda each: (each.due_at, self.ladder.rungs.index(each.rung), each.n), default=None)
        found.sort(key=lambda each: (each.due_at, self.ladder.rungs.index(each.rung), each.n))
        return tuple(
            replace(each, tells=each is highest, held={} if each.rung.urgent else _held(directory, each.to, now))
            for each in found
        )

    def next(self, now: int) -> int | None:
        """When the next rung comes that was not recorded yet; what has come already counts as now."""
        if self.stopped:
            return None
        times = (
            self._ready(at)
            for place, rung in enumerate(self.ladder.rungs)
            for n, at in self._times(rung, self._empty_since(place))
            if not self._recorded(rung, n, at)
        )
        return min((max(now, at) for at in times), default=None)

    def first_times(self) -> Iterator[tuple[Rung, int]]:
        """Each rung that is still to be recorded, with the time at which it comes first."""
        for rung in () if self.stopped else self.ladder.rungs:
            for n, at in self._times(rung, None):
                if n == 0 and not self._recorded(rung, n, at):
                    yield rung, self._ready(at)

    @property
    def facts(self) -> Mapping[str, str]:
        """What is known of the item now, with who has it and who asked for it."""
        found = dict(self.moments[-1].facts) if self.moments else {}
        for moment in self.moments:
            if moment.data.get("requester"):
                found["requester"] = str(moment.data["requester"])
            if moment.event in ("ItemAssigned", "ItemHandedOver") and moment.data.get("to"):
                found["assignee"] = str(moment.data["to"])
        return found

    @property
    def stopped(self) -> bool:
        """True when something has ended the ladder."""
        ends = {*self.ladder.stop_on, "closed", "cancelled"}
        return any(moment.words & ends for moment in self._episode)

    @property
    def _episode(self) -> Sequence[Moment]:
        """The moments since the item was opened or, the last time, reopened."""
        begun = max((at for at, each in enumerate(self.moments) if {"opened", "reopened"} & each.words), default=0)
        return self.moments[begun:]

    def _key(self, rung: Rung, n: int) -> str:
        reopened = sum("reopened" in moment.words for moment in self.moments)
        return f"rung:{self.item}:{self.rev}:{rung.id}:{n}:{reopened}"

    def _times(self, rung: Rung, pulled: int | None) -> Iterator[tuple[int, int]]:
        """The first time of a rung and those of its repetitions, as far as they can be told."""
        first = self._first(rung)
        if pulled is not None:
            first = pulled if first is None else min(first, pulled)
        if first is None or self._acknowledged(rung):
            return
        yield 0, first
        clock = self._clock(rung)
        if rung.repeat and not (clock is not None and clock.state is State.PAUSED):
            calendar = calendar_named(self.calendars, rung.repeat.calendar)
            for n in range(1, rung.repeat.most + 1):
                yield n, calendar.add(first, rung.repeat.seconds * n)

    def _first(self, rung: Rung) -> int | None:
        clock = self._clock(rung)
        match rung.when:
            case After(seconds, since):
                return self._after(seconds, since, rung.calendar)
            case Share(percent, _) if clock is not None and clock.escalates:
                return clock.threshold(percent)
            case Around(seconds, _) if clock is not None and clock.escalates:
                return clock.offset(seconds)
        return None

    def _clock(self, rung: Rung) -> Clock | None:
        if isinstance(rung.when, After):
            return None
        name = rung.when.clock
        return next((clock for clock in self.clocks if clock.name == name and clock.goal), None)

    def _after(self, seconds: int, since: str, calendar: str) -> int | None:
        begun: int | None = None
        begins, ends = SINCE[since]
        for moment in self._episode:
            if since in ("blocked", "waiting"):
                stands = any(each.sort == since for each in moment.still)
                begun = (moment.at if begun is None else begun) if stands else None
            elif moment.words & {*begins}:
                begun = moment.at
            elif begun is not None and moment.words & {*ends}:
                begun = None
        return None if begun is None else calendar_named(self.calendars, calendar).add(begun, seconds)

    def _acknowledged(self, rung: Rung) -> bool:
        said = any(moment.event == "EscalationAcknowledged" for moment in self._episode)
        return said and rung.type == FUNCTIONAL

    @property
    def snoozed(self) -> int:
        """The seconds for which escalations have been held back, or are to be."""
        total = end = 0
        for moment in self._episode:
            until = second_of(moment.data.get("until")) if moment.event == "EscalationSnoozed" else None
            if until is not None:
                total += max(0, until - max(moment.at, end))
                end = max(end, until)
        return total

    def _ready(self, at: int) -> int:
        """When a rung may come that is due at an instant: later when escalations are held back until then."""
        for moment in self._episode:
            until = second_of(moment.data.get("until")) if moment.event == "EscalationSnoozed" else None
            if until is not None and at < (until := min(until, moment.at + self.ladder.snooze.longest)):
                at = max(at, until)
        return at

    def _recorded(self, rung: Rung, n: int, at: int) -> bool:
        """True when it was recorded by these policies, or before they held and is not to come again by them."""
        restated = max((moment.at for moment in self.moments if moment.event == "PolicyRestated"), default=None)
        for moment in self._episode:
            said = moment.event in ("RungFired", "EscalationHadNoTarget") and moment.data.get("rung") == rung.id
            holds = restated is None or moment.at >= restated or at <= restated
            if said and holds and int(str(moment.data.get("n") or 0)) == n:
                return True
        return False

    def _empty_since(self, place: int) -> int | None:
        """Since when the rung before one is known to reach nobody, so that this one is due at once."""
        if place == 0 or not self.ladder.next_when_empty:
            return None
        before = self.ladder.rungs[place - 1].id
        said = (
            moment.at
            for moment in self._episode
            if moment.event == "EscalationHadNoTarget" and moment.data.get("rung") == before
        )
        return next(said, None)


def climb_of(
    item: str,
    moments: Sequence[Moment],
    ladders: tuple[Ladder, ...],
    clocks: Sequence[Clock],
    calendars: Mapping[str, Calendar],
    now: int,
    severity: str = "",
    rev: str = "",
) -> Climb | None:
    """How far an item is on its ladder; None when it has none. `severity` is what the policy makes of it."""
    moments = [moment for moment in moments if moment.at <= now]
    facts = {**(moments[-1].facts if moments else {}), **({"severity": severity} if severity else {})}
    ladder = next((each for each in ladders if each.matches(facts)), None)
    return Climb(item, ladder, moments, clocks, calendars, rev) if ladder and moments else None


def snooze_refusal(climb: Climb, until: int, now: int, roles: Sequence[str]) -> str:
    """Why escalations may not be held back until then by somebody with these roles; empty when they may.

    The limit is for all snoozes of an item together: who holds it back again and again must not win by it.
    """
    allowed = climb.ladder.snooze
    wanted = {role.replace("_", "-") for role in allowed.roles}
    if wanted and not wanted & {role.replace("_", "-") for role in roles}:
        return f"only {', '.join(sorted(allowed.roles))} may hold escalations back"
    if until - now + climb.snoozed > allowed.longest:
        already = f", and were for {as_target(climb.snoozed)} already" if climb.snoozed else ""
        return f"escalations may be held back for {as_target(allowed.longest)} altogether{already}"
    return ""


def _held(directory: Directory, people: Sequence[str], now: int) -> dict[str, int]:
    untils = {person: directory.held_until(person, now) for person in people if not person.startswith("channel:")}
    return {person: until for person, until in untils.items() if until > now}
