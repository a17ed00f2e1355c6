"""What the runs of one process tell together: results, durations, what failed, what people did otherwise. Pure.

Rule 1: it reads events alone, so that it holds for runs of every version of the process, deleted ones included.
Rule 2: its cost grows with the number of events and with nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median

from runbook.instants import between
from runbook.run.events import COMPLETES, ENDS_RUN, Event, Recorded, as_written


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run as the history lists it; `seconds` is None while it is open."""

    run: str
    status: str
    started_at: str
    ended_at: str
    by: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class StepTimes:
    """How long a step took, over all its passes in all the runs."""

    step: str
    times: int
    median: float
    longest: float


@dataclass(frozen=True, slots=True)
class StepFailures:
    """How often a step failed for good, how many more attempts failed, and the newest reason."""

    step: str
    times: int
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class Departure:
    """What a person did otherwise than the process says: a step skipped or stopped, a run cancelled or undone."""

    run: str
    step: str
    what: str
    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """All of it; the runs newest first, the steps with the most first."""

    process: str
    runs: tuple[PastRun, ...]
    results: dict[str, int]
    median: float | None
    longest: PastRun | None
    failures: tuple[StepFailures, ...]
    times: tuple[StepTimes, ...]
    departures: tuple[Departure, ...]


def history(process: str, found: Iterable[tuple[PastRun, Iterable[Recorded]]]) -> History:
    """The history of a process from its runs, newest first, each with its events."""
    runs: list[PastRun] = []
    tally = _Tally()
    for run, events in found:
        runs.append(tally.take(run, events))
    ended = [run for run in runs if run.seconds is not None]
    return History(
        process,
        tuple(runs),
        dict(Counter(run.status if run.ended_at else "open" for run in runs).most_common()),
        median(run.seconds or 0.0 for run in ended) if ended else None,
        max(ended, key=lambda run: run.seconds or 0.0, default=None),
        tally.failures(),
        tally.times(),
        tuple(tally.departures),
    )


_BY_PEOPLE = {
    "CancelRequested": "cancelled",
    "StopRequested": "stopped",
    "EnoughDone": "ended early",
    "ItemsAdded": "given more items",
    "UndoRequested": "undone",
    "RunReopened": "gone on with",
    "DefinitionAdopted": "gone on with in another version",
}
"""What a person does to a run, or to a step of it, by the event that says so."""


def by_itself(event: Event) -> bool:
    """True for what a run does to its own steps in the same words: one is not needed, or enough are done."""
    reason = str(event.data.get("reason", ""))
    if event.type == "StopRequested":
        return reason.startswith("`") and reason.endswith(("` is done", "` does not need it any more"))
    return event.type == "EnoughDone" and (not reason or reason.endswith(" are enough"))


class _Tally:
    """What is counted while the runs pass by."""

    def __init__(self) -> None:
        self.departures: list[Departure] = []
        self._seconds: dict[str, list[float]] = {}
        self._failed: Counter[str] = Counter()
        self._attempts: Counter[str] = Counter()
        self._reasons: dict[str, str] = {}

    def take(self, past: PastRun, events: Iterable[Recorded]) -> PastRun:
        """Count one run, the newest one first; one that was on paper took the time that is written there."""
        run = past.run
        begun: dict[str, str] = {}
        reasons: dict[str, str] = {}
        for each in map(as_written, events):
            event, step = each.event, each.event.step or ""
            if event.type == "RunStarted":
                past = replace(past, started_at=each.at)
            elif event.type in ENDS_RUN and "written_at" in event.data:
                past = replace(past, ended_at=each.at, seconds=between(past.started_at, each.at))
            match event.type:
                case "StepStarted":
                    begun.setdefault(step, each.at)
                case "AttemptFailed":
                    self._attempts[step] += 1
                    reasons.setdefault(step, event.data.get("reason", ""))
                case "StepFailed":
                    self._failed[step] += 1
                    reasons[step] = event.data.get("reason", "")
            if event.type in COMPLETES and (start := begun.pop(step, "")):
                self._seconds.setdefault(step, []).append(between(start, each.at))
            self._depart(run, each)
        for step, reason in reasons.items():
            self._reasons.setdefault(step, reason)
        return past

    def _depart(self, run: str, each: Recorded) -> None:
        event = each.event
        reply = event.data.get("reply")
        reason = event.data.get("reason", "")
        if event.type == "StepSkipped" and reply:
            what, by = "skipped", reply["by"]
        elif event.type == "StepReopened":
            what, by = "opened again", event.data.get("by", each.by)
        elif event.type == "UndoRequested" and (event.step or "prefix" in event.data):
            return  # its author wants it after a failure
        elif event.type in _BY_PEOPLE:
            what, by = _BY_PEOPLE[event.type], each.by
        else:
            return
        if by and not by_itself(event):
            self.departures.append(Departure(run, event.step or "", what, by, each.at, reason))

    def failures(self) -> tuple[StepFailures, ...]:
        most = {step: (-self._failed[step], -self._attempts[step], step) for step in {*self._failed, *self._attempts}}
        steps = sorted(most, key=most.__getitem__)
        return tuple(
            StepFailures(step, self._failed[step], self._attempts[step], self._reasons.get(step, "")) for step in steps
        )

    def times(self) -> tuple[StepTimes, ...]:
        found = (
            StepTimes(step, len(seconds), median(seconds), max(seconds)) for step, seconds in self._seconds.items()
        )
        return tuple(sorted(found, key=lambda each: (-each.median, each.step)))
