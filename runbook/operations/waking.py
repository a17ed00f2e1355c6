"""What time alone makes happen to an item: thresholds, rungs, the end of a wait; and when the next of it will.

Rule 9: a threshold comes once for an item, clock, cycle, share and revision of the policies; late if nobody was awake,
  with the instant it was due at.
Rule 13: a wait ends by itself at `resume_by`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.operations.clock import Clock, Threshold
from runbook.operations.escalating import Climb, DueRung, climb_of
from runbook.operations.happened import Moment, moments_of, second_of
from runbook.operations.item_clocks import clocks_at
from runbook.operations.ladder import Ladder, ladders_of
from runbook.operations.reaching import Directory
from runbook.operations.seconds import instant_of, seconds
from runbook.operations.terms import Earlier, Terms, terms_of, unknown
from runbook.run.events import Event

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.events import Recorded


@dataclass(frozen=True, slots=True)
class Woken:
    """What has come for an item: the events to record, each with the key of what comes once only, and whom to tell."""

    events: tuple[Event, ...] = ()
    keys: tuple[str, ...] = ()
    rungs: tuple[DueRung, ...] = ()
    """The rungs that came, also those that tell nobody, since a higher one does."""
    resumes: bool = False
    """True when a wait is over."""

    def __bool__(self) -> bool:
        return bool(self.events) or self.resumes


@dataclass(frozen=True, slots=True)
class Judging:
    """All that items are judged by: terms, ladders, who can be reached, and the terms of earlier revisions."""

    terms: Terms
    ladders: tuple[Ladder, ...]
    directory: Directory = field(default_factory=Directory)
    rev: str = ""
    """The revision of these policies, as the items that are judged by them name it."""
    earlier: Earlier = unknown

    def clocks(self, events: Sequence[Recorded], now: int) -> tuple[Clock, ...]:
        """The clocks of an item at an instant."""
        return clocks_at(moments_of(events), self.terms, now, self.earlier)

    def climb(self, item: str, events: Sequence[Recorded], clocks: Sequence[Clock], now: int) -> Climb | None:
        """How far an item has come on its ladder."""
        return self._climb(item, moments_of(events), clocks, now)

    def _climb(self, item: str, moments: Sequence[Moment], clocks: Sequence[Clock], now: int) -> Climb | None:
        severity = self.terms.policy.severity(moments[-1].facts) if moments else ""
        return climb_of(item, moments, self.ladders, clocks, self.terms.calendars, now, severity, self.rev)

    def woken(self, item: str, events: Sequence[Recorded], now: int) -> Woken:
        """What has come for an item by an instant and was not recorded yet."""
        moments = moments_of(events)
        clocks = clocks_at(moments, self.terms, now, self.earlier)
        climb = self._climb(item, moments, clocks, now)
        found: list[tuple[Event, str]] = []
        for clock in clocks:
            found += self._floored(item, clock, events)
            found += (self._fired(item, clock, each, now) for each in unrecorded(clock, events) if _come(each, now))
        rungs = climb.due(self.directory, now) if climb else ()
        found += ((_rung_event(each), each.key) for each in rungs)
        resumes = (until := waits_until(events)) is not None and until <= now
        return Woken(tuple(event for event, _ in found), tuple(key for _, key in found), rungs, resumes)

    def next_wake(self, item: str, events: Sequence[Recorded], now: int) -> int:
        """The next second at which something comes for an item; `now` when it has come, 0 when nothing will."""
        moments = moments_of(events)
        clocks = clocks_at(moments, self.terms, now, self.earlier)
        climb = self._climb(item, moments, clocks, now)
        times = [each.at for clock in clocks for each in unrecorded(clock, events) if each.at is not None]
        if (until := waits_until(events)) is not None:
            times.append(until)
        if climb and (rung := climb.next(now)) is not None:
            times.append(rung)
        return max(now, min(times)) if times else 0

    def _fired(self, item: str, clock: Clock, threshold: Threshold, now: int) -> tuple[Event, str]:
        assert clock.cycle is not None
        assert threshold.at is not None
        cycle, name = clock.cycle.number, label(clock)
        data: dict[str, Json] = {"clock": name, "cycle": cycle, "percent": threshold.percent}
        data |= {"due_at": instant_of(threshold.at), "fired_at": instant_of(now)}
        return Event("ThresholdFired", data=data), f"threshold:{item}:{name}:{cycle}:{threshold.percent}:{self.rev}"

    def _floored(self, item: str, clock: Clock, events: Sequence[Recorded]) -> list[tuple[Event, str]]:
        """That a change of the target left too little, and the floor put the due date off."""
        if clock.cycle is None or clock.cycle.floored_due is None:
            return []
        due, name = instant_of(clock.cycle.floored_due), label(clock)
        said = (each.event.data for each in events if each.event.type == "ClockFloored")
        if any(data.get("clock") == name and data.get("due") == due for data in said):
            return []
        return [(Event("ClockFloored", data={"clock": name, "due": due}), f"floored:{item}:{name}:{due}")]


def judging_of(
    data: Mapping[str, Json], directory: Directory | None = None, rev: str = "", earlier: Earlier = unknown
) -> Judging:
    """What items are judged by, out of the data of the files below `operations`, or of what an item has kept of it."""
    return Judging(terms_of(data), ladders_of(data), directory or Directory(), rev, earlier)


def label(clock: Clock) -> str:
    """What a clock is called in events: its name, with the type of its agreement unless that is one with a customer."""
    return clock.name if clock.type == "sla" else f"{clock.type}/{clock.name}"


def unrecorded(clock: Clock, events: Sequence[Recorded]) -> list[Threshold]:
    """The thresholds of the running cycle of a clock that were not recorded yet."""
    if not clock.open or clock.cycle is None or not clock.escalates:
        return []
    restated = max((each for each in events if each.event.type == "PolicyRestated"), key=_seq, default=None)
    fired = {
        each.event.data.get("percent"): each.seq
        for each in events
        if each.event.type == "ThresholdFired"
        and each.event.data.get("clock") == label(clock)
        and each.event.data.get("cycle") == clock.cycle.number
    }

    def again(threshold: Threshold) -> bool:
        """True when it was recorded by earlier policies, and comes by those of now after they were adopted."""
        if restated is None or fired[threshold.percent] > restated.seq:
            return False
        return threshold.at is None or threshold.at > seconds(restated.at)

    return [each for each in clock.thresholds() if each.percent not in fired or again(each)]


def _seq(recorded: Recorded) -> int:
    return recorded.seq


def _come(threshold: Threshold, now: int) -> bool:
    return threshold.at is not None and threshold.at <= now


def _rung_event(due: DueRung) -> Event:
    if not due.to:
        return Event("EscalationHadNoTarget", data={"rung": due.rung.id, **({"n": due.n} if due.n else {})})
    data: dict[str, Json] = {"ladder": due.ladder, "rung": due.rung.id, "n": due.n, "to": list(due.to)}
    return Event("RungFired", data={**data, "due_at": instant_of(due.due_at), "type": due.rung.type})


def waits_until(events: Sequence[Recorded]) -> int | None:
    """When the wait ends by itself that nobody has recorded the end of; None when there is none."""
    until: int | None = None
    for each in events:
        if each.event.type == "ItemWaiting":
            until = second_of(each.event.data.get("resume_by"))
        elif each.event.type in ("ItemResumed", "ItemResolved", "ItemClosed", "ItemCancelled"):
            until = None
    return until
