"""What has to move when a suggestion was good: each measure, read from what happened in a time.

Rule 1: a rule that gives a suggestion a measure gives it the value that is read here, so that both are compared alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from runbook.operations.improve.evidence import Evidence, began
from runbook.operations.percentiles import percentile
from runbook.operations.performance import concentration, paused_share
from runbook.operations.subject import DAY, Subject, lasted
from runbook.run.effort import Effort, Pass


@dataclass(frozen=True, slots=True)
class Measured:
    """A value, out of how many cases, and, of a share, in how many of them."""

    value: float
    of: int
    hits: int | None = None


Read = Callable[[Evidence, str, str], "Measured | None"]
"""The value for a process and what a suggestion is about; None when nothing has happened to tell it by."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure."""

    words: str
    read: Read
    more_is_better: bool = False
    unit: str = "%"
    """`%`, `s` or nothing."""


def measured(evidence: Evidence, measure: str, process: str, about: str) -> Measured | None:
    """The value of a measure."""
    return MEASURES[measure].read(evidence, process, about) if measure in MEASURES else None


def later(evidence: Evidence, at: int) -> Evidence:
    """What has happened after a second alone."""
    subjects = {
        id: replace(each, since=at, efforts=tuple(run for run in each.efforts if began(run) > at))
        for id, each in evidence.subjects.items()
    }
    works = tuple(work for work in evidence.works if work.item.opened_at > at)
    return replace(evidence, days=max(1, (evidence.now - at) // DAY), subjects=subjects, works=works)


def _of_step(read: Callable[[Sequence[tuple[Effort, Pass]]], Measured | None]) -> Read:
    def told(evidence: Evidence, process: str, about: str) -> Measured | None:
        subject = evidence.subjects.get(process)
        return read(subject.passes(about.partition(": ")[0])) if subject else None

    return told


def _of_process(read: Callable[[Subject], Measured | None]) -> Read:
    def told(evidence: Evidence, process: str, about: str) -> Measured | None:
        subject = evidence.subjects.get(process)
        return read(subject) if subject else None

    return told


def _share(hits: int, of: int) -> Measured | None:
    return Measured(hits / of, of, hits) if of else None


def _touch(gone: Sequence[tuple[Effort, Pass]]) -> Measured | None:
    times = [each.touch for _, each in gone if each.touch is not None and each.how == "succeeded"]
    return Measured(percentile(times, 50), len(times)) if times else None


def _spread(gone: Sequence[tuple[Effort, Pass]]) -> Measured | None:
    times = [each.touch for _, each in gone if each.touch is not None]
    half = percentile(times, 50) if times else 0
    return Measured(percentile(times, 95) / half, len(times)) if half else None


def _approval_wait(gone: Sequence[tuple[Effort, Pass]]) -> Measured | None:
    timed = [(run, each) for run, each in gone if lasted(run)]
    whole = sum(lasted(run) for run, _ in timed)
    return Measured(sum(each.waited for _, each in timed) / whole, len(timed)) if whole else None


def _comments(gone: Sequence[tuple[Effort, Pass]]) -> Measured | None:
    return _share(len({run.run for run, each in gone if each.comments}), len({run.run for run, _ in gone}))


def _skipped(gone: Sequence[tuple[Effort, Pass]]) -> Measured | None:
    met = [each for _, each in gone if each.how in ("succeeded", "failed") or (each.how == "skipped" and each.by)]
    return _share(sum(each.how == "skipped" for each in met), len(met))


def _redone(gone: Sequence[tuple[Effort, Pass]]) -> Measured | None:
    done = [each for _, each in gone if each.how in ("succeeded", "failed")]
    return _share(sum(each.again for each in done), len(done))


def _times(evidence: Evidence, process: str, about: str) -> Measured | None:
    subject = evidence.subjects.get(process)
    if subject is None or not subject.over:
        return None
    made = sum(each.how in ("succeeded", "failed") for _, each in subject.passes(about))
    return Measured(made / len(subject.over), len(subject.over))


def _claim_wait(subject: Subject) -> Measured | None:
    runs = [each for each in subject.over if lasted(each)]
    waited = sum(one.offered or 0.0 for run in runs for one in run.passes)
    return Measured(waited / sum(map(lasted, runs)), len(runs)) if runs else None


def _concentration(subject: Subject) -> Measured | None:
    with_people = [each for each in subject.over if each.people]
    found = concentration(with_people)
    return _share(round(found[1] * len(with_people)), len(with_people)) if found else None


def _deviations(subject: Subject) -> Measured | None:
    return _share(sum(each.departures > 0 for each in subject.over), len(subject.over))


def _change_failures(subject: Subject) -> Measured | None:
    return _share(sum(each.run in subject.caused for each in subject.over), len(subject.over))


def _incidents(evidence: Evidence, process: str, about: str) -> Measured | None:
    where, _, cause = about.partition(": ")
    alike = [
        work
        for work in evidence.works
        if work.item.kind == "incident"
        and (work.item.service or work.item.process) == where
        and work.item.cause.strip().casefold() == cause
    ]
    return Measured(30 * len(alike) / evidence.days, evidence.days)


def _drift(evidence: Evidence, process: str, about: str) -> Measured | None:
    out = [work for work in evidence.works if work.item.scope == "out"]
    return Measured(30 * len(out) / evidence.days, evidence.days)


def _cycles(evidence: Evidence, about: str) -> Iterator[tuple[bool, float]]:
    agreement, severity, name = about.split("/")
    for work in evidence.works:
        for clock, cycle in work.cycles(evidence.since, evidence.now + 1):
            known = cycle.goal.severity if cycle.goal else ""
            if (clock.agreement, known, clock.name) == (agreement, severity, name) and cycle.target:
                yield cycle.verdicts[-1].met, cycle.verdicts[-1].elapsed / cycle.target


def _attainment(evidence: Evidence, process: str, about: str) -> Measured | None:
    judged = list(_cycles(evidence, about))
    return _share(sum(met for met, _ in judged), len(judged))


def _slack(evidence: Evidence, process: str, about: str) -> Measured | None:
    used = [each for _, each in _cycles(evidence, about)]
    return Measured(percentile(used, 95), len(used)) if used else None


def _downgraded(evidence: Evidence, process: str, about: str) -> Measured | None:
    began = [
        work
        for work in evidence.works
        if work.item.kind == "incident" and work.item.events and work.item.events[0].event.data.get("severity") == about
    ]
    return _share(sum(work.item.severity != about for work in began), len(began))


def _pauses(evidence: Evidence, process: str, about: str) -> Measured | None:
    done = evidence.done()
    return Measured(sum(paused_share(work, evidence.now) for work in done) / len(done), len(done)) if done else None


def _supplier(evidence: Evidence, process: str, about: str) -> Measured | None:
    from runbook.operations.improve.rules.supplier import held_up

    done = [work for work in evidence.done() if work.course.passage.cycle]
    cycle = sum(work.course.passage.cycle or 0 for work in done)
    return Measured(sum(held_up(work, evidence.now) for work in done) / cycle, len(done)) if cycle else None


def _failure_demand(evidence: Evidence, process: str, about: str) -> Measured | None:
    total = round(sum(work.touched for work in evidence.works) / 3600)
    return _share(round(sum(work.touched for work in evidence.works if work.failure_demand) / 3600), total)


def _silence(subject: Subject) -> Measured | None:
    return Measured(float(subject.now - subject.begun[-1]), 30) if subject.begun else None


MEASURES: Mapping[str, Measure] = {
    "touch": Measure("the time people are at it", _of_step(_touch), unit="s"),
    "spread": Measure("how many times as long as usual it takes at p95", _of_step(_spread), unit=""),
    "approval_wait": Measure("the share of its runs' time that waits for the approval", _of_step(_approval_wait)),
    "comments": Measure("the share of runs in which something is noted at it", _of_step(_comments)),
    "skipped": Measure("the share of the times that it is skipped", _of_step(_skipped)),
    "redone": Measure("the share of the times that are done anew", _of_step(_redone)),
    "times": Measure("how often it is made in a run", _times, unit=""),
    "claim_wait": Measure("the share of its runs' time that waits to be taken on", _of_process(_claim_wait)),
    "concentration": Measure("the share of runs that one person acts in", _of_process(_concentration)),
    "deviations": Measure("the share of runs in which people do otherwise", _of_process(_deviations)),
    "change_failures": Measure("the share of runs that cause an incident", _of_process(_change_failures)),
    "silence": Measure("the time since its last run", _of_process(_silence), unit="s"),
    "incidents": Measure("such incidents in 30 days", _incidents, unit=""),
    "drift": Measure("items out of scope in 30 days", _drift, unit=""),
    "attainment": Measure("the share of cycles that are met", _attainment, more_is_better=True),
    "slack": Measure("the part of the target that p95 takes", _slack, more_is_better=True),
    "downgraded": Measure("the share that is classified lower afterwards", _downgraded),
    "pauses": Measure("the share of their time that items wait", _pauses),
    "supplier": Measure("the share of cycle time blocked by suppliers", _supplier),
    "failure_demand": Measure("the share of hours that should not be necessary", _failure_demand),
}
"""The measures by name."""
