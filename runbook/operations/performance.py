"""How a process performs: what its runs and work items of the last months say of it, as plain numbers.

Rule 1: nothing is averaged over what is still open; a share without a whole is None, never 0.
Rule 2: times are seconds, by the clock on the wall; what agreements promise is counted by their calendars, and what
  people were at within their hours.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from runbook.operations.flow import blocks_of
from runbook.operations.intervals import length, within
from runbook.operations.percentiles import percentile
from runbook.operations.seconds import seconds
from runbook.operations.subject import Subject, Work, lasted
from runbook.run.effort import Effort, Pass

PERCENTS = (50, 85, 95)
_REOPENED_WITHIN = 14 * 86400


@dataclass(frozen=True, slots=True)
class StepPerformance:
    """How one step performs; times are seconds."""

    step: str
    times: int
    wait: tuple[float, float] | None
    """From the offer to the claim: p50 and p85; None where nobody claims it."""
    touch: tuple[float, float] | None
    """p50 and p85."""
    failures: int
    retries: int
    redone: int
    skipped: int
    """By people."""
    without_evidence: int
    """How often it was left out, or ended, without the files it asks for."""
    comments: float
    """For each run."""
    who: tuple[tuple[str, int], ...]
    """People, by how often they did it."""


@dataclass(frozen=True, slots=True)
class Performance:
    """How a process performs; shares are 0 to 1, and None where there is nothing to be a share of."""

    process: str
    runs: int
    items: int
    completion: float | None
    lead: tuple[int, ...]
    """p50, p85 and p95 from the opening of items to their end; of runs, where it has no items."""
    cycle: tuple[int, ...]
    """The same from the commitment; of runs, from their beginning."""
    attainment: float | None
    efficiency: float | None
    right_first_time: float | None
    rework: float | None
    """The share of steps that were done anew."""
    skipped: float | None
    deviations: float | None
    """The share of runs in which people did otherwise than the process says."""
    handoffs: float | None
    """For each run or item."""
    approval_wait: float | None
    """The share of the time of runs in which they waited for approvals."""
    pauses: Mapping[str, float] = field(default_factory=dict)
    """The share of the time of items in which they waited, by party."""
    blocked: Mapping[str, int] = field(default_factory=dict)
    """By reason."""
    change_failures: float | None = None
    """The share of runs that caused an incident."""
    hours: float = 0.0
    """Of people."""
    cost: float | None = None
    concentration: tuple[str, float] | None = None
    """Who takes part in the most runs, and in what share of them."""
    since_change: int | None = None
    """Days."""
    since_review: int | None = None
    """Days over the day of the review; negative before it."""
    failure_demand: float | None = None
    """The share of hours that went to what should not have been necessary."""
    steps: tuple[StepPerformance, ...] = ()


def performance_of(subject: Subject) -> Performance:
    """How a process performs."""
    over = subject.over
    works = subject.works
    done = [each for each in works if each.ended and each.ended >= subject.since]
    passes = [each for effort in over for each in effort.passes]
    gone = [each for each in passes if each.how != "cancelled"]
    hours, cost = _effort(subject)
    finished = sum(each.status.startswith("succeeded") for each in over)
    judged = [cycle for work in works for _, cycle in work.cycles(subject.since, subject.now + 1)]
    met = sum(cycle.verdicts[-1].met for cycle in judged)
    lead = [work.course.passage.lead or 0 for work in done] or [lasted(each) for each in over]
    cycle = [work.course.passage.cycle or 0 for work in done] or [lasted(each) for each in over]
    spans = sum(work.course.passage.cycle or 0 for work in done)
    touched = sum(work.touched for work in done)
    total = sum(work.touched for work in works)
    approvals = sum(each.waited for each in passes if each.kind == "approval")
    return Performance(
        subject.process,
        len(subject.efforts),
        len(works),
        _share(finished, len(over)),
        _percentiles(lead),
        _percentiles(cycle),
        _share(met, len(judged)),
        min(1.0, touched / spans) if spans else None,
        _share(sum(_right(subject, each.run, each.right_first_time) for each in over), len(over)),
        _share(sum(each.again for each in gone), len(gone)),
        _share(sum(each.how == "skipped" and bool(each.by) for each in gone), len(gone)),
        _share(sum(each.departures > 0 for each in over), len(over)),
        _handoffs(subject),
        _share(approvals, sum(map(lasted, over))),
        _pauses(works, subject.now),
        _blocked(works, subject.since, subject.now),
        _share(len(set(subject.caused) & {each.run for each in over}), len(over)),
        hours,
        cost,
        concentration(over),
        _days(subject.changed, subject.now),
        _days(subject.review_due, subject.now),
        sum(work.touched for work in works if work.failure_demand) / total if total else None,
        tuple(_step(subject, step, found) for step, found in subject.steps().items()),
    )


def concentration(efforts: Iterable[Effort]) -> tuple[str, float] | None:
    """Who takes part in the most runs, and in what share of those that people take part in."""
    people = [who for effort in efforts if (who := effort.people)]
    counted = Counter(person for who in people for person in who)
    if not counted:
        return None
    person, times = counted.most_common(1)[0]
    return person, times / len(people)


def paused_share(work: Work, now: int) -> float:
    """The share of an item's time in which it waited for somebody."""
    end = work.item.resolved_at or work.item.closed_at or now
    whole = end - work.item.opened_at
    return length(within(work.course.pauses, [(work.item.opened_at, end)])) / whole if whole > 0 else 0.0


def _right(subject: Subject, run: str, smooth: bool) -> bool:
    """True when nothing was done anew, and no item that the run handled was reopened soon afterwards."""
    return smooth and not any(
        _reopened_soon(work) for work in subject.works
        if any(link.what == "run" and link.id == run and link.relation == "handles" for link in work.item.links)
    )  # fmt: skip


def _reopened_soon(work: Work) -> bool:
    resolved = 0
    for recorded in work.item.events:
        if recorded.event.type == "ItemResolved":
            resolved = seconds(recorded.at)
        elif recorded.event.type == "ItemReopened" and seconds(recorded.at) - resolved <= _REOPENED_WITHIN:
            return True
    return False


def _handoffs(subject: Subject) -> float | None:
    runs = len(subject.efforts)
    if not runs and not subject.works:
        return None
    items = sum(each.event.type == "ItemHandedOver" for work in subject.works for each in work.item.events)
    return (sum(each.handovers for each in subject.efforts) + items) / (runs + len(subject.works))


def _pauses(works: Sequence[Work], now: int) -> dict[str, float]:
    whole = sum(max(0, (work.item.resolved_at or work.item.closed_at or now) - work.item.opened_at) for work in works)
    found: Counter[str] = Counter()
    for work in works:
        party, since = "", 0
        for recorded in work.item.events:
            type, at = recorded.event.type, seconds(recorded.at)
            if party and type in ("ItemResumed", "ItemResolved", "ItemCancelled"):
                found[party] += at - since
                party = ""
            if type == "ItemWaiting":
                party, since = str(recorded.event.data.get("party") or recorded.event.data.get("reason", "")), at
        if party:
            found[party] += max(0, now - since)
    return {party: time / whole for party, time in found.most_common()} if whole else {}


def _blocked(works: Sequence[Work], since: int, now: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for work in works:
        for reason in {block.reason for block in work.course.passage.blocks}:
            found[reason] += length(within(blocks_of(work.course.passage, now, reason), [(since, now)]))
    return {reason: time for reason, time in found.most_common() if time}


def _effort(subject: Subject) -> tuple[float, float | None]:
    """The hours of people, and what they cost where a rate is known for everybody who took part.

    Where work items belong to the process, their time counts; a run that handles one is part of it.
    """
    by_person: defaultdict[str, float] = defaultdict(float)
    handled = {link.id for work in subject.works for link in work.item.links if link.what == "run"}
    for effort in subject.efforts:
        if effort.run not in handled:
            for each in effort.passes:
                if each.by and each.touch and each.kind != "approval":
                    by_person[each.by] += each.touch
    for work in subject.works:
        for person, time in work.by_person.items():
            by_person[person] += time
    hours = sum(by_person.values()) / 3600
    known = {person: time for person, time in by_person.items() if time}
    if not known or any(person not in subject.rates for person in known):
        return hours, None
    return hours, sum(time / 3600 * subject.rates[person] for person, time in known.items())


def _step(subject: Subject, step: str, gone: Sequence[tuple[Effort, Pass]]) -> StepPerformance:
    found = [each for _, each in gone]
    runs = len({effort.run for effort, _ in gone})
    waits = [each.offered for each in found if each.offered is not None]
    touches = [each.touch for each in found if each.touch is not None]
    needed = _needs_evidence(subject, step)
    return StepPerformance(
        step,
        len(found),
        _pair(waits),
        _pair(touches),
        sum(each.how == "failed" for each in found),
        sum(each.retries for each in found),
        sum(each.again for each in found),
        sum(each.how == "skipped" and bool(each.by) for each in found),
        sum(needed and not each.evidence and each.how in ("succeeded", "skipped") for each in found),
        sum(len(each.comments) for each in found) / runs if runs else 0.0,
        tuple(sorted(Counter(each.by for each in found if each.by).items(), key=lambda each: (-each[1], each[0]))),
    )


def _needs_evidence(subject: Subject, step: str) -> bool:
    known = subject.definition.every_step() if subject.definition else ()
    return any(each.id == step and any(file.required for file in each.evidence) for each in known)


def _pair(values: Sequence[float]) -> tuple[float, float] | None:
    return (percentile(values, 50), percentile(values, 85)) if values else None


def _percentiles(values: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(percentile(values, percent)) for percent in PERCENTS) if values else ()


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _days(day: str, now: int) -> int | None:
    """The days that have passed since a day."""
    if not day:
        return None
    then = datetime.datetime.combine(datetime.date.fromisoformat(day[:10]), datetime.time(), datetime.UTC)
    return int((now - then.timestamp()) // 86400)
