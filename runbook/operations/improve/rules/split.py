"""A step now and then takes many times as long as usual: it is two steps, or something has to be there before it.

What it looks at: how often people were at it for longer than so many times the median.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Change, Insert, Suggestion
from runbook.operations.percentiles import percentile

NAME = "split"
SUGGESTS = "Split it, or check before it what has to be there; the patch inserts such a check."
LIMITS = {
    "times": Limit(10, "How often it was done at least."),
    "factor": Limit(4, "How many times the median p95 takes."),
    "share": Limit(5, "The share of the times that take so long, at the least.", percent=True),
}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The steps that are two."""
    for subject, path, gone in evidence.steps():
        times = [each.touch for _, each in gone if each.kind and each.kind != "approval" and each.touch is not None]
        if len(times) < limits["times"]:
            continue
        half, most = percentile(times, 50), percentile(times, 95)
        long = sum(each > limits["factor"] * half for each in times)
        if half > 0 and most > limits["factor"] * half and at_least(long, len(times)) > limits["share"]:
            step = subject.step(path)
            lines = (
                f"id: ready-for-{path}",
                "title: See that all is there",
                f"manual: See that all is there for {path}.",
            )
            change = Change(subject.file, (Insert(step.at, lines),)) if step else None
            hours = evidence.per_quarter(sum(each - half for each in times if each > limits["factor"] * half) / 3600)
            yield Suggestion(
                NAME,
                f"split `{path}`, or check before it what has to be there",
                (
                    f"half of {len(times)} times took {half / 60:.0f} min, and p95 {most / 60:.0f} min",
                    f"{long} of them took more than {limits['factor']:g} times as long as usual",
                ),
                f"{hours:.1f} hours a quarter, and a time one can count on",
                subject.process,
                path,
                "spread",
                most / half,
                hours,
                change,
            )
