"""One round of a clock, from its start to its stop: what has been counted, by when it must end, and whether it did.

Rule 6: what has elapsed is the open time of the intervals in which it ran; a pause costs what was open of it.
Rule 7: while it runs, it is due at the earliest instant at which the whole target will have been counted.
Rule 8: it is met if no more than the target was counted when it stopped; once breached, it stays so.
Rule 14: a due date that somebody has committed to takes the place of the target, and no pause moves it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from runbook.errors import Refused

if TYPE_CHECKING:
    from runbook.operations.calendar import Calendar

RUNNING, PAUSED, RESOLVED = "running", "paused", "resolved"
"""What an interval of a cycle is: only the first counts; the last lies between a resolution and a reopening."""


@dataclass(frozen=True, slots=True)
class Goal:
    """How long something may take, counted by a calendar: so many seconds, or so many business days."""

    calendar: Calendar
    seconds: int = 0
    business_days: int = 0
    severity: str = field(default="", compare=False)
    """The severity that it belongs to; the same target is the same for another severity."""

    @property
    def text(self) -> str:
        """The target as authors write it: `30m`, `24h`, `2bd`."""
        if self.business_days:
            return f"{self.business_days}bd"
        return as_target(self.seconds)


def as_target(seconds: int) -> str:
    """A number of seconds as authors write a target: `30m`, `24h`, `1h30m`."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return "".join(f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if n) or "0m"


class Interval(NamedTuple):
    """A part of a cycle; `end` is None as long as it goes on."""

    start: int
    end: int | None
    kind: str
    reason: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found when the clock stopped: seconds over the target are 0 when it was met."""

    at: int
    met: bool
    elapsed: int
    over_by: int


@dataclass(frozen=True, slots=True)
class Breach:
    """When an earlier target of the same cycle had been missed, and by how much."""

    at: int
    over_by: int


@dataclass(frozen=True, slots=True)
class Retargeted:
    """That the target was changed, from one to another, and how."""

    at: int
    before: Goal | None
    after: Goal | None
    mode: str


class Cycle(NamedTuple):
    """One round of a clock; its intervals follow each other without a gap."""

    number: int
    goal: Goal | None
    intervals: tuple[Interval, ...]
    ended_at: int | None = None
    cancelled: bool = False
    granted: int = 0
    """What may be counted at least, since a change of the target left too little; 0 for nothing."""
    floored_due: int | None = None
    """When it was due by that."""
    not_before: int | None = None
    """Rule 16: it is never due before this instant."""
    committed: int | None = None
    """The due date that somebody has committed to."""
    breach: Breach | None = None
    verdicts: tuple[Verdict, ...] = ()
    retargets: tuple[Retargeted, ...] = ()

    @property
    def started_at(self) -> int:
        """When it began."""
        return self.intervals[0].start

    @property
    def paused(self) -> bool:
        """True while it is paused."""
        return self.ended_at is None and self.intervals[-1].kind == PAUSED

    @property
    def target(self) -> int:
        """The seconds that may be counted, by its goal; those of business days end with the close of the last."""
        goal = self.goal
        if goal is None:
            return 0
        seconds = goal.seconds
        if goal.business_days:
            due = goal.calendar.business_days(self.started_at, goal.business_days)
            seconds = goal.calendar.elapsed(self.started_at, due)
        if self.not_before is not None:
            seconds = max(seconds, goal.calendar.elapsed(self.started_at, self.not_before))
        return seconds

    @property
    def allowed(self) -> int:
        """The seconds that may be counted: the target, or more when a change of it left too little."""
        return max(self.target, self.granted)

    def elapsed(self, now: int) -> int:
        """The open seconds counted up to an instant."""
        if self.goal is None:
            return 0
        counted, count = 0, self.goal.calendar.elapsed
        for each in self._counted_intervals():
            counted += count(each.start, now if each.end is None or each.end > now else each.end)
        return counted

    def reached(self, amount: int, onwards: bool = False) -> int | None:
        """The first instant by which so much had been counted; None when it has not been.

        `onwards`: as if the clock ran on from its last interval in which it did.
        """
        counted = self._counted_intervals()
        if self.goal is None or not counted:
            return None
        calendar, before = self.goal.calendar, 0
        for each in counted:
            here = None if each.end is None else calendar.elapsed(each.start, each.end)
            if here is None or amount <= before + here or (onwards and each is counted[-1]):
                try:
                    return calendar.add(each.start, amount - before)
                except Refused:  # a calendar of long ago that has no such time left: what else it says still holds
                    return None
            before += here
        return None

    def due(self) -> int | None:
        """By when it must stop, or should have; None while it is paused and without a target."""
        if self.committed is not None:
            return self.committed
        if self.goal is None or (self.paused and not self.goal.business_days):
            return None
        return self.reached(self.allowed, onwards=True)

    def threshold(self, percent: int) -> int | None:
        """When so many percent of the target are used up; None when that has not come, and the clock stands still."""
        if self.goal is None:
            return None
        if self.committed is not None:
            return self._share_of_commitment(percent, self.committed)
        if percent < 100:
            return self.reached(self.target * percent // 100)
        return self.reached(self.allowed + self.target * (percent - 100) // 100)

    def late(self, now: int) -> bool:
        """True when more than allowed was counted by then, or the committed date is past."""
        if self.committed is not None:
            return now > self.committed
        return self.goal is not None and self.elapsed(now) > self.allowed

    def over_by(self, now: int) -> int:
        """The open seconds beyond what was allowed; the most of all its targets."""
        over = self.breach.over_by if self.breach else 0
        if self.goal is not None and self.committed is not None:
            return max(over, self.goal.calendar.elapsed(self.committed, now))
        return max(over, self.elapsed(now) - self.allowed) if self.goal is not None else over

    def breached(self, now: int) -> bool:
        """True when it was late at any time up to now."""
        return self.breach is not None or self.late(now if self.ended_at is None else self.ended_at)

    def used(self, now: int) -> float:
        """The share of its time that is used up; 1 is all of it."""
        if self.goal is None:
            return 0.0
        if self.committed is not None:
            whole = self.goal.calendar.elapsed(self.started_at, self.committed)
            gone = self.goal.calendar.elapsed(self.started_at, now)
        else:
            whole, gone = self.allowed, self.elapsed(now)
        return gone / whole if whole else float(now > self.started_at)

    def judged(self, at: int) -> Verdict:
        """The verdict if it stopped at that instant."""
        elapsed = self.elapsed(at)
        late = self.breach is not None or (elapsed > self.allowed if self.committed is None else at > self.committed)
        return Verdict(at, not late, elapsed, self.over_by(at) if late else 0)

    def ended(self, at: int, cancelled: bool = False) -> Cycle:
        """The cycle after its end, with a verdict unless it was cancelled or had no target."""
        verdicts = self.verdicts if cancelled or self.goal is None else (*self.verdicts, self.judged(at))
        intervals = self._until(at)
        return self._replace(intervals=intervals, ended_at=at, cancelled=cancelled, verdicts=verdicts)

    def then(self, at: int, next: Interval | None) -> Cycle:
        """The cycle with its last interval ended, and another one begun."""
        return self._replace(intervals=(*self._until(at), *((next,) if next else ())))

    def _until(self, at: int) -> tuple[Interval, ...]:
        *before, last = self.intervals
        return (*before, last if last.end is not None else Interval(last.start, at, *last[2:]))

    def _share_of_commitment(self, percent: int, committed: int) -> int:
        assert self.goal is not None
        calendar, start = self.goal.calendar, self.started_at
        whole = calendar.elapsed(start, committed)
        if percent < 100:
            return calendar.add(start, whole * percent // 100) if whole else committed
        return calendar.add(committed, whole * (percent - 100) // 100)

    def _counted_intervals(self) -> list[Interval]:
        whole_days = self.goal is not None and self.goal.business_days
        kinds = (RUNNING, PAUSED) if whole_days else (RUNNING,)
        return [each for each in self.intervals if each.kind in kinds]
