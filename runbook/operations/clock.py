"""A clock of a service level, derived from what happened: marks in, cycles out. Nothing of it is ever stored.

Rule 5: the marks of one event take effect in the order stop, pause, resume, start; events in that of the journal.
Rule 9: a threshold comes once in a cycle, and only while the clock runs.
Rule 10: a change of the target restates the whole cycle, begins a new one, or changes nothing. A restated cycle that
  would be due at once gets the floor, which is counted like the target itself.
Rule 11: reopened, the cycle goes on without the time in between, or a new one begins; the first verdict stays.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from runbook.operations.cycle import PAUSED, RESOLVED, RUNNING, Breach, Cycle, Goal, Interval, Retargeted, Verdict

if TYPE_CHECKING:
    from runbook.operations.calendar import Calendar


class What(enum.IntEnum):
    """What a mark does to a clock; of one event, in this order."""

    CANCEL = 0
    STOP = 1
    PAUSE = 2
    RESUME = 3
    RETARGET = 4
    REOPEN = 5
    RESTART = 6
    START = 7
    COMMIT = 8


class State(enum.Enum):
    """The state of a clock."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class Mark(NamedTuple):
    """Something that concerns a clock; `seq` is the number of its event."""

    at: int
    what: What
    seq: int = 0
    goal: Goal | None = None
    """The target from here on: of a start, a restart, a change or a reopening."""
    mode: str = "restate"
    """How the target is changed: `restate`, `restart` or `keep`; of a reopening, `continue` or `new_cycle`."""
    floor: int = 0
    """What is left at least after the target was restated, in counted seconds."""
    reason: str = ""
    party: str = ""
    due: int | None = None
    """The due date that is committed to."""


_IN_ORDER = attrgetter("at", "seq", "what")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share of the target, and when it was used up, or will be; None while nobody can tell."""

    percent: int
    at: int | None


class Clock(NamedTuple):
    """One clock at one instant."""

    name: str
    now: int
    state: State
    cycles: tuple[Cycle, ...]
    type: str = "sla"
    agreement: str = ""
    warn_at: tuple[int, ...] = ()
    escalates: bool = True
    """False for what is only measured, since it began before its agreement took effect (rule 19)."""

    @property
    def cycle(self) -> Cycle | None:
        """The latest cycle."""
        return self.cycles[-1] if self.cycles else None

    @property
    def open(self) -> bool:
        """True while it runs or is paused."""
        return self.state in (State.RUNNING, State.PAUSED)

    @property
    def goal(self) -> Goal | None:
        """The target of the latest cycle."""
        return self.cycle.goal if self.cycle else None

    @property
    def calendar(self) -> Calendar | None:
        """The calendar that the latest cycle is counted by."""
        return self.goal.calendar if self.goal else None

    @property
    def elapsed(self) -> int:
        """The open seconds counted in the latest cycle."""
        return self.cycle.elapsed(self._until) if self.cycle else 0

    @property
    def due(self) -> int | None:
        """By when it must stop; None while it is paused, and before it starts."""
        return self.cycle.due() if self.cycle and self.state is not State.CANCELLED else None

    @property
    def remaining(self) -> int:
        """The counted seconds that are left; negative when it is over."""
        cycle = self.cycle
        if cycle is None or cycle.goal is None:
            return 0
        if cycle.committed is not None:
            count = cycle.goal.calendar.elapsed
            return count(self._until, cycle.committed) - count(cycle.committed, self._until)
        return cycle.allowed - self.elapsed

    @property
    def if_resumed(self) -> int | None:
        """When it would be due if it were resumed now; None unless it is paused."""
        cycle = self.cycle
        if self.state is not State.PAUSED or cycle is None or cycle.goal is None:
            return None
        if self.remaining < 0 or cycle.committed is not None or cycle.goal.business_days:
            return cycle.due() or cycle.reached(cycle.allowed)
        return cycle.goal.calendar.add(self.now, self.remaining)

    @property
    def breached(self) -> bool:
        """True when its latest cycle was late, be it now or earlier."""
        return self.cycle is not None and self.cycle.breached(self._until)

    @property
    def over_by(self) -> int:
        """The counted seconds it is, or was, over its target; 0 when it never was."""
        return self.cycle.over_by(self._until) if self.cycle and self.breached else 0

    @property
    def met(self) -> bool | None:
        """The verdict on the latest cycle that was judged; None when none was."""
        verdicts = self.verdicts
        return verdicts[-1].met if verdicts else None

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, the first first."""
        return tuple(verdict for cycle in self.cycles for verdict in cycle.verdicts)

    @property
    def used(self) -> float:
        """The share of the time that is used up in the latest cycle."""
        return self.cycle.used(self._until) if self.cycle else 0.0

    @property
    def floored(self) -> bool:
        """True when the floor has put off the due date of the latest cycle."""
        return self.cycle is not None and self.cycle.granted > 0

    @property
    def committed(self) -> bool:
        """True when somebody has committed to the due date."""
        return self.cycle is not None and self.cycle.committed is not None

    def threshold(self, percent: int) -> int | None:
        """When that share is used up; None when nobody can tell, since it is paused, or will not come any more."""
        found = self.cycle.threshold(percent) if self.cycle else None
        if found is None or self.open:
            return found
        return found if found <= self._until else None

    def offset(self, seconds: int) -> int | None:
        """The instant so much counted time after it is due, or before: then `seconds` is negative."""
        cycle = self.cycle
        if cycle is None or cycle.goal is None:
            return None
        calendar = cycle.goal.calendar
        if cycle.committed is not None:
            left = calendar.elapsed(cycle.started_at, cycle.committed) + seconds
            return (
                calendar.add(cycle.started_at, max(0, left)) if seconds < 0 else calendar.add(cycle.committed, seconds)
            )
        found = cycle.reached(max(0, cycle.allowed + seconds))
        return found if found is None or self.open or found <= self._until else None

    def thresholds(self) -> tuple[Threshold, ...]:
        """The shares that are warned at, and the whole."""
        return tuple(Threshold(percent, self.threshold(percent)) for percent in sorted({*self.warn_at, 100}))

    @property
    def _until(self) -> int:
        cycle = self.cycle
        return self.now if cycle is None or cycle.ended_at is None else cycle.ended_at


def run_clock(
    name: str,
    marks: Iterable[Mark],
    now: int,
    *,
    type: str = "sla",
    agreement: str = "",
    warn_at: tuple[int, ...] = (),
    escalates: bool = True,
    not_before: int | None = None,
    answered_at: int | None = None,
) -> Clock:
    """The clock at an instant, by the marks up to it.

    Rule 16: a cycle that began before `answered_at` is never due before `not_before`.
    """
    state, cycles = State.IDLE, tuple[Cycle, ...]()
    for mark in sorted(marks, key=_IN_ORDER):
        if mark.at > now:
            break
        before = len(cycles)
        state, cycles = _marked(state, cycles, mark)
        if len(cycles) > before and not_before is not None and (answered_at is None or mark.at < answered_at):
            cycles = (*cycles[:-1], cycles[-1]._replace(not_before=not_before))
    return Clock(name, now, state, cycles, type, agreement, warn_at, escalates)


def _marked(state: State, cycles: tuple[Cycle, ...], mark: Mark) -> tuple[State, tuple[Cycle, ...]]:
    """The state and the cycles after a mark; one that does not fit the state changes nothing."""
    before, cycle = cycles[:-1], cycles[-1] if cycles else None
    under_way = state in (State.RUNNING, State.PAUSED)
    match mark.what:
        case What.START if not under_way:
            return State.RUNNING, (*cycles, _begun(len(cycles) + 1, mark))
        case What.CANCEL if cycle and under_way:
            return State.CANCELLED, (*before, cycle.ended(mark.at, cancelled=True))
        case What.STOP if cycle and under_way:
            return State.STOPPED, (*before, cycle.ended(mark.at))
        case What.PAUSE if cycle and state is State.RUNNING:
            return State.PAUSED, (*before, cycle.then(mark.at, _interval(mark, PAUSED)))
        case What.RESUME if cycle and state is State.PAUSED:
            return State.RUNNING, (*before, cycle.then(mark.at, Interval(mark.at, None, RUNNING)))
        case What.RESTART if cycle and under_way:
            return state, (*before, cycle.ended(mark.at), _begun(len(cycles) + 1, mark, cycle.intervals[-1]))
        case What.REOPEN if cycle and state is State.STOPPED:
            return State.RUNNING, _reopened(before, cycle, mark)
        case What.COMMIT if cycle and under_way:
            return state, (*before, cycle._replace(committed=mark.due))
        case What.RETARGET if cycle and under_way:
            return state, _retargeted(before, cycle, mark)
    return state, cycles


def _begun(number: int, mark: Mark, like: Interval | None = None) -> Cycle:
    """A new cycle; one that takes the place of another is paused as that is."""
    if like is None or like.kind != PAUSED:
        return Cycle(number, mark.goal, (_interval(mark, RUNNING, ""),))
    return Cycle(number, mark.goal, (like._replace(start=mark.at, end=None),))


def _interval(mark: Mark, kind: str, reason: str | None = None) -> Interval:
    return Interval(
        mark.at, None, kind, mark.reason if reason is None else reason, mark.party if reason is None else ""
    )


def _reopened(before: tuple[Cycle, ...], cycle: Cycle, mark: Mark) -> tuple[Cycle, ...]:
    if mark.mode == "new_cycle":
        return (*before, cycle, _begun(cycle.number + 1, mark))
    assert cycle.ended_at is not None
    between = Interval(cycle.ended_at, mark.at, RESOLVED, mark.reason)
    again = Interval(mark.at, None, RUNNING)
    cycle = cycle._replace(intervals=(*cycle.intervals, between, again), ended_at=None)
    if mark.goal is not None and mark.goal != cycle.goal:
        return _retargeted(before, cycle, mark._replace(mode="restate"))
    return (*before, cycle)


def _retargeted(before: tuple[Cycle, ...], cycle: Cycle, mark: Mark) -> tuple[Cycle, ...]:
    if mark.mode == "keep":
        return (*before, cycle)
    if mark.goal == cycle.goal and mark.mode != "restart":
        return (*before, cycle._replace(goal=mark.goal))
    change = Retargeted(mark.at, cycle.goal, mark.goal, mark.mode)
    if mark.mode == "restart":
        begun = _begun(cycle.number + 1, mark, cycle.intervals[-1])._replace(retargets=(change,))
        return (*before, cycle.ended(mark.at), begun)
    missed = cycle.reached(cycle.allowed) if cycle.committed is None else cycle.committed
    breach = Breach(missed or mark.at, cycle.over_by(mark.at)) if cycle.late(mark.at) else cycle.breach
    cycle = cycle._replace(
        goal=mark.goal, granted=0, floored_due=None, breach=breach, retargets=(*cycle.retargets, change)
    )
    if mark.goal is None or cycle.committed is not None:
        return (*before, cycle)
    elapsed = cycle.elapsed(mark.at)
    if cycle.target - elapsed < mark.floor:
        due = None if cycle.paused else mark.goal.calendar.add(mark.at, mark.floor)
        cycle = cycle._replace(granted=elapsed + mark.floor, floored_due=due)
    return (*before, cycle)
