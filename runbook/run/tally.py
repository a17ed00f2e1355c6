"""What is counted while runs of one process pass by, newest first: how long, how often, and what people did otherwise.

Rule 1: it reads events alone, so that it holds for runs of every version of the process, deleted ones included.
Rule 2: its cost grows with the number of events and with nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from runbook.instants import between
from runbook.run.effort import Efforts
from runbook.run.events import COMPLETES, ENDS_RUN, Event, Recorded, as_written, without_turns


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
class Departure:
    """What a person did otherwise than the process says: a step skipped or stopped, a run cancelled or undone."""

    run: str
    step: str
    what: str
    by: str
    at: str
    reason: str


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


class Tally:
    """What is counted, by step.

    `folded`: the turns of a step count as times it was done, under its own path, and the step around them does not.
    `timed`: the ends of a step up to which it took its time.
    `efforts`: takes in the same events, for whoever wants to know how it went at each step of each run.
    """

    def __init__(
        self, folded: bool = False, timed: Collection[str] = COMPLETES, efforts: Efforts | None = None
    ) -> None:
        self._folded = folded
        self._timed = timed
        self._efforts = efforts
        self.departures: list[Departure] = []
        self.seconds: dict[str, list[float]] = {}
        self.succeeded: dict[str, str] = {}
        """When a step last succeeded."""
        self.failed: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.attempts: Counter[str] = Counter()
        """Attempts that failed and were made again."""
        self.reasons: dict[str, str] = {}
        """The newest reason for a failure."""

    def step_of(self, path: str) -> str:
        """What a step is counted under."""
        return without_turns(path) if self._folded else path

    def take(self, past: PastRun, events: Iterable[Recorded]) -> PastRun:
        """Count one run; one that was on paper took the time that is written there."""
        begun: dict[str, str] = {}
        reasons: dict[str, str] = {}
        around: set[str] = set()
        departed = len(self.departures)
        for each in map(as_written, events):
            event, path = each.event, each.event.step or ""
            if event.type == "RunStarted":
                past = replace(past, started_at=each.at)
            elif event.type in ENDS_RUN and "written_at" in event.data:
                past = replace(past, ended_at=each.at, seconds=between(past.started_at, each.at))
            elif event.type == "TurnStarted" and self._folded:
                around.add(path)
            if path not in around:
                self._count(each, path, begun, reasons)
            self._depart(past.run, each)
            if self._efforts is not None:
                self._efforts.take(each)
        if self._efforts is not None:
            self._efforts.end(past, len(self.departures) - departed)
        for step, reason in reasons.items():
            self.reasons.setdefault(step, reason)
        return past

    def _count(self, each: Recorded, path: str, begun: dict[str, str], reasons: dict[str, str]) -> None:
        event, step = each.event, self.step_of(path)
        match event.type:
            case "StepStarted":
                begun.setdefault(path, each.at)
            case "StepSucceeded":
                self.succeeded[step] = max(each.at, self.succeeded.get(step, ""))
            case "AttemptFailed":
                self.attempts[step] += 1
                reasons.setdefault(step, event.data.get("reason", ""))
            case "StepFailed":
                self.failed[step] += 1
                reasons[step] = event.data.get("reason", "")
            case "StepSkipped":
                self.skipped[step] += 1
        if event.type in COMPLETES and (start := begun.pop(path, "")) and event.type in self._timed:
            self.seconds.setdefault(step, []).append(between(start, each.at))

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


__all__ = ["Departure", "PastRun", "Tally", "by_itself"]
