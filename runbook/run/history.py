"""What the runs of one process tell together: results, durations, what failed, what people did otherwise. Pure.

Rule 1: it reads events alone, so that it holds for runs of every version of the process, deleted ones included.
Rule 2: its cost grows with the number of events and with nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from runbook.run.effort import Effort, Efforts
from runbook.run.events import Recorded
from runbook.run.tally import Departure, PastRun, Tally, by_itself


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
    tally = Tally()
    for run, events in found:
        runs.append(tally.take(run, events))
    ended = [run for run in runs if run.seconds is not None]
    return History(
        process,
        tuple(runs),
        dict(Counter(run.status if run.ended_at else "open" for run in runs).most_common()),
        median(run.seconds or 0.0 for run in ended) if ended else None,
        max(ended, key=lambda run: run.seconds or 0.0, default=None),
        _failures(tally),
        _times(tally),
        tuple(tally.departures),
    )


def efforts(found: Iterable[tuple[PastRun, Iterable[Recorded]]]) -> tuple[Effort, ...]:
    """How it went at each step of runs, each with its events."""
    taken = Efforts()
    tally = Tally(folded=True, efforts=taken)
    for run, events in found:
        tally.take(run, events)
    return tuple(taken.found)


def _failures(tally: Tally) -> tuple[StepFailures, ...]:
    failed, attempts = tally.failed, tally.attempts
    most = {step: (-failed[step], -attempts[step], step) for step in {*failed, *attempts}}
    steps = sorted(most, key=most.__getitem__)
    return tuple(StepFailures(step, failed[step], attempts[step], tally.reasons.get(step, "")) for step in steps)


def _times(tally: Tally) -> tuple[StepTimes, ...]:
    found = (StepTimes(step, len(seconds), median(seconds), max(seconds)) for step, seconds in tally.seconds.items())
    return tuple(sorted(found, key=lambda each: (-each.median, each.step)))


__all__ = ["Departure", "History", "PastRun", "StepFailures", "StepTimes", "by_itself", "efforts", "history"]
