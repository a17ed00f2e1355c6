"""A step that people do by hand takes hours, always about as long, and goes well: a program could do it.

What it looks at: the times that somebody was at a `manual` step, in the runs of the window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import mean, pstdev
from typing import TYPE_CHECKING

from runbook.operations.improve.evidence import Evidence, at_least
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Change, Put, Suggestion
from runbook.operations.percentiles import percentile

if TYPE_CHECKING:
    from runbook.definition import Step

NAME = "automate"
SUGGESTS = "Let a program do it; where its text names one command, the draft of that step is the patch."
LIMITS = {
    "times": Limit(10, "How often it was done at least."),
    "hours": Limit(4, "The hours of a quarter that it takes at least: half of the times took no longer."),
    "spread": Limit(0.5, "The standard deviation of its times, as a part of their mean, below which they are alike."),
    "failures": Limit(5, "The share of the times that failed, below which it goes well.", percent=True),
}
_COMMAND = re.compile(r"`([^`\n]{2,200})`")


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The steps that a program could do."""
    for subject, path, gone in evidence.steps():
        tried = [each for _, each in gone if each.kind == "manual" and each.how in ("succeeded", "failed")]
        times = [each.touch for each in tried if each.touch is not None and each.how == "succeeded"]
        if len(times) < max(2, limits["times"]) or not mean(times):
            continue
        failed = sum(each.how == "failed" for each in tried)
        half, spread = percentile(times, 50), pstdev(times) / mean(times)
        hours = evidence.per_quarter(half * len(times) / 3600)
        by_hand = at_least(len(times), len(gone))
        if failed / len(tried) >= limits["failures"] or by_hand <= 0.5:
            continue
        if hours >= limits["hours"] and spread < limits["spread"]:
            step = subject.step(path)
            yield Suggestion(
                NAME,
                f"let a program do `{path}`",
                (
                    f"people did it {len(times)} times in {evidence.days} days, {half / 60:.0f} min each (p50)",
                    f"the times are alike (spread {spread:.2f}), and {failed} of {len(tried)} failed",
                ),
                f"{hours:.1f} hours a quarter",
                subject.process,
                path,
                "touch",
                half,
                hours,
                _draft(subject.file, step) if step and step.kind == "manual" else None,
            )


def _draft(file: str, step: Step) -> Change | None:
    """The step with the one command that its text names; what people did stays as the way by hand."""
    text = getattr(step.spec, "text", None)
    found = _COMMAND.findall(text.source) if text is not None else []
    if len(found) != 1 or "{{" in found[0]:
        return None
    quoted = found[0].replace("'", "''")
    return Change(file, (Put((*step.at, "shell"), f"'{quoted}'"),))
