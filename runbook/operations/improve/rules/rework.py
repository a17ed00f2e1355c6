"""A step is done anew in many runs: what it needs is often not right when it begins.

What it looks at: how often it was done again in the same run, after it had been over.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Change, Insert, Suggestion

NAME = "rework"
SUGGESTS = "Check before it what it needs; the patch inserts such a check."
LIMITS = {"share": Limit(15, "The share of the times that are done anew, at the least.", percent=True)}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The steps that are done twice."""
    for subject, path, gone in evidence.steps():
        done = [each for _, each in gone if each.how in ("succeeded", "failed")]
        again = [each for each in done if each.again]
        if at_least(len(again), len(done)) > limits["share"]:
            step = subject.step(path)
            lines = (f"id: check-before-{path}", "title: Check what it needs", f"manual: Check what {path} needs.")
            hours = evidence.per_quarter(sum(each.touch or 0.0 for each in again) / 3600)
            yield Suggestion(
                NAME,
                f"check before `{path}` what it needs",
                (f"{len(again)} of the {len(done)} times that it was done were done anew",),
                f"{hours:.1f} hours a quarter, and fewer surprises",
                subject.process,
                path,
                "redone",
                len(again) / len(done),
                hours,
                Change(subject.file, (Insert(step.at, lines),)) if step else None,
            )
