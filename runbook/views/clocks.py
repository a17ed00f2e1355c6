"""Clocks for programs, with the field names that Jira Service Management gives them, and ours beside those."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runbook.durations import in_words
from runbook.operations.clock import Clock
from runbook.operations.cycle import Cycle
from runbook.operations.seconds import instant_of
from runbook.operations.waking import label

if TYPE_CHECKING:
    from runbook.operations.explaining import Stretch


def as_json(clock: Clock) -> dict[str, Any]:
    """A clock: its ongoing cycle, those that are over, and what is ours alone."""
    ended = [cycle for cycle in clock.cycles if cycle.ended_at is not None]
    found: dict[str, Any] = {"name": label(clock), "completedCycles": [_completed(cycle) for cycle in ended]}
    if clock.open and clock.cycle is not None:
        found["ongoingCycle"] = _ongoing(clock, clock.cycle)
    goal = clock.goal
    thresholds = [{"percent": each.percent, "at": _time(each.at)} for each in clock.thresholds()]
    ours = {
        "type": clock.type,
        "agreement": clock.agreement,
        "state": clock.state.value,
        "severity": goal.severity if goal else None,
        "target": goal.text if goal else None,
        "calendar": goal.calendar.id if goal else None,
        "due": _time(clock.due),
        "used": round(clock.used, 4),
        "breached": clock.breached,
        "overBy": duration(clock.over_by),
        "met": clock.met,
        "verdicts": [{"at": _time(each.at), "met": each.met} for each in clock.verdicts],
        "floored": clock.floored,
        "committed": clock.committed,
        "escalates": clock.escalates,
        "ifResumedNow": _time(clock.if_resumed),
        "thresholds": thresholds,
    }
    return {**found, **ours}


def _ongoing(clock: Clock, cycle: Cycle) -> dict[str, Any]:
    calendar = clock.calendar
    return {
        "startTime": _time(cycle.started_at),
        "breachTime": _time(clock.due),
        "breached": clock.breached,
        "paused": cycle.paused,
        "withinCalendarHours": calendar is not None and calendar.is_open(clock.now),
        "goalDuration": duration(cycle.allowed),
        "elapsedTime": duration(clock.elapsed),
        "remainingTime": duration(clock.remaining),
        "cycle": cycle.number,
    }


def _completed(cycle: Cycle) -> dict[str, Any]:
    assert cycle.ended_at is not None
    elapsed = cycle.elapsed(cycle.ended_at)
    return {
        "startTime": _time(cycle.started_at),
        "stopTime": _time(cycle.ended_at),
        "breachTime": _time(cycle.due()),
        "breached": cycle.breached(cycle.ended_at),
        "goalDuration": duration(cycle.allowed),
        "elapsedTime": duration(elapsed),
        "remainingTime": duration(cycle.allowed - elapsed),
        "cycle": cycle.number,
        "cancelled": cycle.cancelled,
    }


def stretch_as_json(stretch: Stretch) -> dict[str, Any]:
    """A stretch of a clock's time."""
    return {
        "cycle": stretch.cycle,
        "from": instant_of(stretch.start),
        "to": instant_of(stretch.end),
        "kind": stretch.kind,
        "counted": duration(stretch.counted),
        "total": duration(stretch.total),
        "reason": stretch.reason,
        "party": stretch.party,
    }


def duration(seconds: int) -> Mapping[str, Any]:
    """A duration in milliseconds, and in words."""
    return {"millis": seconds * 1000, "friendly": str(in_words(seconds))}


def _time(second: int | None) -> Mapping[str, Any] | None:
    return None if second is None else {"iso8601": instant_of(second), "epochMillis": second * 1000}
