"""What was agreed is missed month after month, or kept with so much time to spare that it says nothing.

What it looks at: the cycles of each clock of an agreement with customers, in the last months and in the window.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.cycle import Cycle, as_target
from runbook.operations.improve.evidence import Evidence, at_least, at_most, percent
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Change, Put, Suggestion
from runbook.operations.percentiles import percentile
from runbook.operations.subject import DAY

NAME = "service-level"
SUGGESTS = "Renegotiate the target; the patch writes the one that would have been kept."
LIMITS = {
    "months": Limit(2, "How many months of 30 days, one after the other, it is missed."),
    "slack": Limit(40, "The part of the target that p95 stays below, when it is too easy.", percent=True),
    "share": Limit(80, "The share of the cycles that are so quick, at the least.", percent=True),
}
_MONTH = 30 * DAY


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The targets that do not fit."""
    if evidence.policy is None:
        return
    objectives = {each.id: each.attainment for each in evidence.policy.agreements}
    found: dict[tuple[str, str, str], list[Cycle]] = {}
    for work in evidence.works:
        for clock, cycle in work.cycles(evidence.since, evidence.now + 1):
            if cycle.goal is not None and cycle.committed is None and clock.agreement in objectives:
                found.setdefault((clock.agreement, cycle.goal.severity, clock.name), []).append(cycle)
    for key, cycles in sorted(found.items()):
        yield from _missed(evidence, key, cycles, objectives[key[0]] / 100, int(limits["months"]))
        yield from _slack(evidence, key, cycles, limits)


def _missed(
    evidence: Evidence, key: tuple[str, str, str], cycles: list[Cycle], objective: float, months: int
) -> Iterator[Suggestion]:
    told = []
    for month in range(months):
        until = evidence.now + 1 - month * _MONTH
        ended = [each for each in cycles if until - _MONTH <= (each.ended_at or 0) < until]
        met = sum(each.verdicts[-1].met for each in ended)
        if not ended or at_most(met, len(ended)) >= objective:
            return
        told.append(f"{met} of {len(ended)} ({percent(met / len(ended))})")
    needed = percentile([each.verdicts[-1].elapsed for each in cycles], round(objective * 100))
    met = sum(each.verdicts[-1].met for each in cycles)
    yield Suggestion(
        NAME,
        f"renegotiate {_named(key)}: it is not kept as it is",
        (
            f"met in the last {months} months, newest first: {', '.join(told)}; {percent(objective)} is agreed",
            f"{percent(objective)} would be kept with {_hours(needed)} in place of {as_target(cycles[-1].target)}",
        ),
        "a promise that can be kept, or the means to keep it",
        "",
        "/".join(key),
        "attainment",
        met / len(cycles),
        change=_change(evidence, key, _hours(needed), cycles[-1]),
    )


def _slack(evidence: Evidence, key: tuple[str, str, str], cycles: list[Cycle], limits: Limits) -> Iterator[Suggestion]:
    used = [each.verdicts[-1].elapsed / each.target for each in cycles if each.target]
    quick = sum(each < limits["slack"] for each in used)
    if not used or percentile(used, 95) >= limits["slack"] or at_least(quick, len(used)) <= limits["share"]:
        return
    took = percentile([each.verdicts[-1].elapsed for each in cycles], 95)
    better = _hours(took * 1.5)
    yield Suggestion(
        NAME,
        f"renegotiate {_named(key)}: it is kept with much to spare",
        (f"p95 of {len(used)} cycles took {percent(percentile(used, 95))} of {as_target(cycles[-1].target)}",),
        f"a better promise ({better}), or people for what is missed",
        "",
        "/".join(key),
        "slack",
        percentile(used, 95),
        change=_change(evidence, key, better, cycles[-1]),
    )


def _named(key: tuple[str, str, str]) -> str:
    agreement, severity, clock = key
    return f"the target `{clock}` of {severity or 'any severity'} in `{agreement}`"


def _hours(seconds: float) -> str:
    """The whole hours in which so much fits, as a target; minutes below two hours."""
    return f"{-(-seconds // 900) * 15:.0f}m" if seconds < 7200 else f"{-(-seconds // 3600):.0f}h"


def _change(evidence: Evidence, key: tuple[str, str, str], target: str, cycle: Cycle) -> Change | None:
    agreement, severity, clock = key
    if not evidence.policy_file or agreement not in evidence.places or (cycle.goal and cycle.goal.business_days):
        return None
    if (agreement, severity, clock) not in evidence.written_targets:
        return None
    path = ("agreements", evidence.places[agreement], "targets", severity, clock, "in")
    return Change(evidence.policy_file, (Put(path, target),))
