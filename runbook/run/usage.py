"""What proves a process: how often it was run, when it last succeeded, how long it and its steps take. Pure.

Rule 1: it holds numbers, instants and names of runs, steps and their states, and no word that anybody said in a run, so
that a page which everybody reads tells nothing of what is confidential.
Rule 2: it takes runs as they come, each once; its cost grows with the number of events and with nothing else.
"""

from __future__ import annotations

import enum
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Any

from runbook.definition import Process, Step
from runbook.instants import between
from runbook.run.events import WITH_FAILURES, Recorded
from runbook.run.tally import PastRun, Tally

if TYPE_CHECKING:
    from runbook.outcome import Json

RECENT = 20
"""How many of the newest runs are listed."""

SUCCEEDED = ("succeeded", WITH_FAILURES)
"""How a run ends that has done what it is for."""


class Freshness(enum.StrEnum):
    """How far the use of a process proves that it works."""

    FRESH = "fresh"
    AGEING = "ageing"
    """More than two thirds of the time are over for which its last success counts."""
    STALE = "stale"
    NEVER = "never"
    """It has never been run successfully."""


@dataclass(frozen=True, slots=True)
class StepUsage:
    """How a step went in all the runs; each of its turns counts as one time it was done."""

    step: str
    """Its path without numbers of turns: its id, `child/step` for one of a process that is used."""
    times: int = 0
    """How often it was done to its end, well or badly."""
    median: float | None = None
    """Of the times it succeeded; None when it never did."""
    failures: int = 0
    """How often it failed for good."""
    retries: int = 0
    """How many attempts failed and were made again."""
    skips: int = 0
    """How often it was left out, by its condition or by a person."""
    succeeded_at: str = ""
    """When it last succeeded; empty when it never did."""
    deviations: int = 0
    """How often people did otherwise at it than the process says: skipped, stopped, ended early or done anew."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How a process was used, by its runs."""

    process: str
    runs: int = 0
    open: int = 0
    """Runs that are under way."""
    succeeded: int = 0
    """Runs that have done what the process is for, those with failures that were dealt with included."""
    failed: int = 0
    cancelled: int = 0
    undone: int = 0
    deviations: int = 0
    """How often people did otherwise than the process says, at a step or with a whole run."""
    last: PastRun | None = None
    """The run that was begun last."""
    last_success: PastRun | None = None
    """The run that ended last of those that succeeded."""
    proved_at: str = ""
    """When it was last done successfully, by itself or as a part of another (see `with_parts`); empty for never."""
    failing: int = 0
    """How many of the runs that ended last failed, one after the other; those cancelled or undone are left out."""
    median: float | None = None
    """Of the runs that succeeded; None when none did."""
    p90: float | None = None
    """Nine of ten runs that succeeded took no longer."""
    steps: Mapping[str, StepUsage] = field(default_factory=dict)
    """By `StepUsage.step`."""
    recent: tuple[PastRun, ...] = ()
    """The runs begun last, newest first, `RECENT` at most."""

    @property
    def ended(self) -> int:
        """Runs that are over."""
        return self.runs - self.open

    @property
    def success_rate(self) -> float | None:
        """The part of the runs that succeeded among those that are over, 0 to 1; None when none is."""
        return self.succeeded / self.ended if self.ended else None


def usages(found: Iterable[tuple[str, PastRun, Iterable[Recorded]]]) -> dict[str, Usage]:
    """How each process was used, by its id, from runs, newest first: process, run and its events."""
    runs: dict[str, list[PastRun]] = {}
    tallies: dict[str, Tally] = {}
    for process, run, events in found:
        tally = tallies.setdefault(process, Tally(folded=True, timed=("StepSucceeded",)))
        runs.setdefault(process, []).append(tally.take(run, events))
    return {process: _usage(process, runs[process], tally) for process, tally in sorted(tallies.items())}


def _usage(process: str, runs: Sequence[PastRun], tally: Tally) -> Usage:
    runs = sorted(runs, key=lambda run: run.started_at, reverse=True)  # those on paper are older than their entry
    ended = sorted((run for run in runs if run.ended_at), key=lambda run: run.ended_at, reverse=True)
    succeeded = [run for run in ended if run.status in SUCCEEDED]
    results = Counter(run.status for run in ended)
    seconds = sorted(run.seconds or 0.0 for run in succeeded)
    return Usage(
        process,
        runs=len(runs),
        open=len(runs) - len(ended),
        succeeded=len(succeeded),
        failed=results["failed"],
        cancelled=results["cancelled"],
        undone=results["undone"],
        deviations=len(tally.departures),
        last=runs[0],
        last_success=succeeded[0] if succeeded else None,
        proved_at=succeeded[0].ended_at if succeeded else "",
        failing=_failing(ended),
        median=median(seconds) if seconds else None,
        p90=seconds[math.ceil(0.9 * len(seconds)) - 1] if seconds else None,
        steps={use.step: use for use in _steps(tally)},
        recent=tuple(runs[:RECENT]),
    )


def _failing(ended: Iterable[PastRun]) -> int:
    count = 0
    for run in ended:
        if run.status in SUCCEEDED:
            break
        count += run.status == "failed"
    return count


def _steps(tally: Tally) -> Iterator[StepUsage]:
    departures = Counter(tally.step_of(each.step) for each in tally.departures if each.step)
    counted = (tally.seconds, tally.failed, tally.attempts, tally.skipped, departures)
    for step in sorted({step for each in counted for step in each}):
        seconds = tally.seconds.get(step, [])
        yield StepUsage(
            step,
            times=len(seconds) + tally.failed[step],
            median=median(seconds) if seconds else None,
            failures=tally.failed[step],
            retries=tally.attempts[step],
            skips=tally.skipped[step],
            succeeded_at=tally.succeeded.get(step, ""),
            deviations=departures[step],
        )


def freshness(usage: Usage | None, max_age: float, now: str) -> Freshness:
    """How far the use of a process proves it, when a success counts for `max_age` seconds; None: it was never run."""
    if usage is None or not usage.proved_at:
        return Freshness.NEVER
    age = between(usage.proved_at, now)
    if age > max_age:
        return Freshness.STALE
    return Freshness.AGEING if age > max_age * 2 / 3 else Freshness.FRESH


def by_step(usage: Usage, process: Process) -> dict[str, StepUsage]:
    """How each step of a process went, by its id; those that no run has reached are left out."""
    paths = {step.id: path for steps in process.lists() for step, path in _paths(steps, "")}
    return {id: usage.steps[path] for id, path in paths.items() if path in usage.steps}


def with_parts(found: Mapping[str, Usage], processes: Mapping[str, Process]) -> dict[str, Usage]:
    """The same, where a process that another runs as a step is proved by that step as well.

    One that was only ever a part of others is among them too, with no run of its own.
    """
    proved: dict[str, str] = {}
    for id, usage in found.items():
        if id in processes:
            for use, path in _parts(processes[id], processes, "", (id,)):
                at = usage.steps[path].succeeded_at if path in usage.steps else ""
                proved[use] = max(at, proved.get(use, ""))
    parts = {use: found.get(use, Usage(use)) for use, at in proved.items() if at}
    wider = {use: replace(usage, proved_at=max(usage.proved_at, proved[use])) for use, usage in parts.items()}
    return dict(sorted({**found, **wider}.items()))


def _parts(
    process: Process, processes: Mapping[str, Process], prefix: str, around: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Each process that a run of this one runs as a step, however far down, with the path of that step."""
    for steps in process.lists():
        for step, path in _paths(steps, prefix):
            if step.use and step.use not in around:
                yield step.use, path
                if step.use in processes:
                    yield from _parts(processes[step.use], processes, f"{path}/", (*around, step.use))


def _paths(steps: Iterable[Step], prefix: str) -> Iterator[tuple[Step, str]]:
    """Each step with its path in a run without numbers of turns: inside of turns, it begins with the step around."""
    for step in steps:
        path = f"{prefix}{step.id}"
        yield step, path
        inner = f"{path}/" if step.flow.foreach or step.flow.repeat else prefix
        yield from _paths(step.steps, inner)
        for handlers in step.flow.do.values():
            yield from _paths(handlers, prefix)


def usages_to_json(found: Mapping[str, Usage]) -> Json:
    """The usages as they can be kept."""
    return [asdict(usage) for usage in found.values()]


def usages_from_json(value: Json) -> dict[str, Usage] | None:
    """Read back what `usages_to_json` gave; None for anything else."""
    try:
        return {each["process"]: _restored(each) for each in value}
    except (KeyError, TypeError, AttributeError):  # somebody changed it by hand
        return None


def _restored(value: Mapping[str, Any]) -> Usage:
    last, success = value["last"], value["last_success"]
    restored = {
        "last": PastRun(**last) if last else None,
        "last_success": PastRun(**success) if success else None,
        "steps": {step: StepUsage(**use) for step, use in value["steps"].items()},
        "recent": tuple(PastRun(**run) for run in value["recent"]),
    }
    return Usage(**{**value, **restored})


__all__ = [
    "RECENT",
    "SUCCEEDED",
    "Freshness",
    "StepUsage",
    "Usage",
    "by_step",
    "freshness",
    "usages",
    "usages_from_json",
    "usages_to_json",
    "with_parts",
]
