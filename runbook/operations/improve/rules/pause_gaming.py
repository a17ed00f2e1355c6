"""Clocks stand still more and more, and go on just before they would be due.

What it looks at: the weekly share of the time that clocks stood still (an XmR chart), and how many pauses ended when
hardly any time was left.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.cycle import PAUSED, Cycle
from runbook.operations.improve.evidence import Evidence, at_least, percent, weekly
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Suggestion
from runbook.operations.signals import limits as natural
from runbook.operations.signals import signals
from runbook.operations.subject import Work, first

NAME = "pause-gaming"
SUGGESTS = "Review the pauses with whoever leads the team."
LIMITS = {
    "left": Limit(10, "The share of the target that is left when a pause ends just before it is due.", percent=True),
    "share": Limit(20, "The share of the pauses that end so, at the least.", percent=True),
    "weeks": Limit(4, "In how many of the newest weeks a signal is looked for."),
}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """That somebody may win by pausing."""
    from runbook.operations.performance import paused_share

    done = evidence.done()
    shares = weekly(
        done, evidence.since, evidence.now, lambda work: work.ended,
        lambda works: sum(paused_share(work, evidence.now) for work in works) / len(works),
    )  # fmt: skip
    newest = [each for each in signals(shares) if each.high and each.at >= len(shares) - limits["weeks"]]
    usual = natural(shares)
    if not newest or usual is None:
        return
    pauses = close = 0
    where: list[str] = []
    for work in done:
        ended = list(_ended(work, limits["left"]))
        pauses, close = pauses + len(ended), close + sum(ended)
        where += [work.item.id] if any(ended) else []
    if at_least(close, pauses) > limits["share"]:
        share = shares[newest[-1].at]
        yield Suggestion(
            NAME,
            "review with the team why clocks stand still",
            (
                f"items waited {percent(share)} of their time in a week, {percent(usual.mean)} was usual",
                f"{close} of {pauses} pauses ended with less than {percent(limits['left'])} left: {first(where)}",
            ),
            "attainment that says how long people really wait",
            "",
            "",
            "pauses",
            share,
        )


def _ended(work: Work, left: float) -> Iterator[bool]:
    """For each pause of a clock that has ended, whether it did just before the clock was due."""
    for clock in work.clocks:
        if clock.type == "sla":
            for cycle in clock.cycles:
                yield from _of(cycle, left)


def _of(cycle: Cycle, left: float) -> Iterator[bool]:
    for interval in cycle.intervals:
        if interval.kind == PAUSED and interval.end is not None and cycle.goal is not None and cycle.allowed:
            remaining = 1 - cycle.elapsed(interval.end) / cycle.allowed
            yield 0 <= remaining < left
