"""Recurring work: at which instants a process is due by its schedule, what was done, what was missed, what to open now.

Rule 1: an occurrence is named `process@instant`, so that it is opened once whoever looks, and however often.
Rule 2: nothing is stored that can be worked out: an occurrence is what its schedule and the facts about it make of it.
Rule 3: what was due before anything was known of a duty counts for nothing, save the newest: that one is due now.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from runbook.operations.schedule import instant_before, instants, next_instant
from runbook.operations.seconds import instant_of

if TYPE_CHECKING:
    from runbook.listing import Trigger

GRACE = 3600
"""Seconds for which an instant is on time for whoever opens it: an hour, or half of the time to the next one."""
HORIZON = 400 * 86400
"""How far back anything is looked at."""


class State(enum.StrEnum):
    """What has become of an occurrence."""

    UPCOMING = "upcoming"
    DUE = "due"
    """Its time has come, and nobody has begun."""
    OPEN = "open"
    """Somebody is at it."""
    DONE = "done"
    LATE = "done late"
    """Done when the next one was due already."""
    MISSED = "missed"
    """The next one is due, or its item was cancelled, and nobody has done it."""
    HELD = "held back"
    """An earlier one is not done, and delays it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A fact about a duty: an item of it, or a run of its process, in seconds."""

    ref: str
    """The id of the item or the run; empty when it was only noted that it was missed."""
    began: int
    ended: int | None = None
    done: bool = False
    """True when it was done to its end."""
    instant: int | None = None
    """The occurrence that it is for; None for a run that somebody began by themselves."""
    dropped: bool = False
    """True when it was noted that this occurrence is not going to be done."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a process is due."""

    process: str
    instant: int
    state: State
    ref: str = ""
    """The item or run that it is done by."""
    until: int | None = None
    """When the next one is due."""

    @property
    def key(self) -> str:
        """Its name for good."""
        return f"{self.process}@{instant_of(self.instant)}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be opened now, and what is not going to be done any more; both in the order of their instants."""

    open: tuple[Occurrence, ...] = ()
    missed: tuple[Occurrence, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """What has become of an occurrence that was due: its item, or why it could not be opened."""

    occurrence: Occurrence
    item: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What was opened, and what is not going to be done any more."""

    opened: tuple[Opened, ...] = ()
    missed: tuple[Occurrence, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """A process with its schedule, and what is known to have been done."""

    process: str
    trigger: Trigger
    deeds: Sequence[Deed] = field(default_factory=tuple)


def occurrences(duty: Duty, since: int, now: int) -> tuple[Occurrence, ...]:
    """The times it was due since a second up to now, and the next one."""
    found = _counted(duty, now)
    by_instant = _deeds(duty, found)
    next_ = next_instant(duty.trigger, now)
    ends: tuple[int | None, ...] = (*found, next_)
    told: list[Occurrence] = []
    waits = False
    for instant, until in pairwise(ends):
        assert instant is not None
        state, ref = _state(by_instant.get(instant, ()), until, now)
        if waits and state in (State.DUE, State.MISSED) and not by_instant.get(instant):
            state = State.HELD
        waits = duty.trigger.overdue == "delay_next" and (state is State.OPEN or (waits and state is State.HELD))
        told.append(Occurrence(duty.process, instant, state, ref, until))
    if next_ is not None:
        told.append(Occurrence(duty.process, next_, State.HELD if waits else State.UPCOMING))
    return tuple(each for each in told if each.instant > since or each.state in (State.DUE, State.OPEN))


def plan_of(duty: Duty, now: int) -> Plan:
    """What to open now, and what to note as missed, as the schedule wants it; nothing that is known already."""
    told = [each for each in occurrences(duty, now - HORIZON, now) if each.state is not State.UPCOMING]
    if any(each.state is State.HELD for each in told):
        return Plan()  # what an earlier one delays waits for it, and so does what is behind it
    noted = {deed.instant for deed in duty.deeds}
    waiting = [each for each in told if not each.ref and each.instant not in noted]
    waiting = [each for each in waiting if each.state in (State.DUE, State.MISSED)]
    on_time = [each for each in waiting if now <= each.instant + _grace(each)]
    passed = [each for each in waiting if each not in on_time]
    match duty.trigger.missed:
        case "skip":
            opened = on_time
        case "run_all":
            opened = waiting
        case _:
            opened = on_time or passed[-1:]
    if duty.trigger.overdue == "delay_next":
        opened = opened[-1:] if duty.trigger.missed != "run_all" else opened[:1]
    first = opened[0].instant if opened else now
    later = duty.trigger.missed == "run_all"  # what is still to come one after the other
    dropped = [each for each in waiting if each not in opened and not (later and each.instant > first)]
    return Plan(tuple(opened), tuple(dropped))


def overdue(told: Iterable[Occurrence], now: int) -> tuple[Occurrence, ...]:
    """Those that are missed, and those that somebody is still at although the next one is due."""
    late = (each for each in told if each.state is State.OPEN and each.until is not None and each.until <= now)
    return (*(each for each in told if each.state is State.MISSED), *late)


def _counted(duty: Duty, now: int) -> tuple[int, ...]:
    """The instants up to now that count, beginning with the newest before anything was known of the duty."""
    known = [deed.began if deed.instant is None else deed.instant for deed in duty.deeds]
    first = instant_before(duty.trigger, min((now, *known)))
    start = first if first is not None else min((now, *known))
    return instants(duty.trigger, max(start, now - HORIZON) - 1, now)


def _deeds(duty: Duty, found: Sequence[int]) -> Mapping[int, list[Deed]]:
    """What was done for each instant: items say it themselves, a run is for the newest instant before it."""
    told: dict[int, list[Deed]] = {}
    for deed in duty.deeds:
        instant = deed.instant
        if instant is None:
            instant = next((each for each in reversed(found) if each <= deed.began), None)
        if instant is not None:
            told.setdefault(instant, []).append(deed)
    return told


def _state(deeds: Iterable[Deed], until: int | None, now: int) -> tuple[State, str]:
    deeds = sorted(deeds, key=lambda deed: deed.began)
    done = next((deed for deed in deeds if deed.done), None)
    if done is not None:
        late = until is not None and done.ended is not None and done.ended > until
        return (State.LATE if late else State.DONE), done.ref
    under_way = next((deed for deed in deeds if deed.ended is None and not deed.dropped), None)
    if under_way is not None:
        return State.OPEN, under_way.ref
    given_up = any(deed.dropped or deed.instant is not None for deed in deeds)
    if given_up or (until is not None and until <= now):
        return State.MISSED, next((deed.ref for deed in reversed(deeds) if deed.ref), "")
    return State.DUE, ""


def _grace(each: Occurrence) -> float:
    return GRACE if each.until is None else min(GRACE, (each.until - each.instant) / 2)
