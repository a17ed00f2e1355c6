"""A check has never found anything, however often it was made.

What it looks at: approvals, verifications and the steps under `checks`, of which none ever failed, was tried again, or
was decided otherwise than always.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runbook.operations.improve.evidence import Evidence, at_least
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Change, Suggestion, TakeOut

if TYPE_CHECKING:
    from runbook.definition import Step

NAME = "useless-check"
SUGGESTS = "Remove it, or make it for a sample only; the patch takes it out."
LIMITS = {
    "times": Limit(50, "How often it was made at least."),
    "share": Limit(90, "The share of the times that found nothing, at the least.", percent=True),
}
_CHECKS = ("approval", "verify", "decision")


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The checks that find nothing."""
    for subject, path, gone in evidence.steps():
        step = subject.step(path)
        made = [each for _, each in gone if each.how in ("succeeded", "failed")]
        if step is None or not _checks(step) or len(made) < limits["times"]:
            continue
        silent = all(each.how == "succeeded" and not each.retries and not each.again for each in made)
        same = len({(each.outcome, each.chosen) for each in made}) == 1
        if silent and same and at_least(len(made), len(made)) > limits["share"]:
            hours = evidence.per_quarter(sum(each.waited or each.touch or 0.0 for each in made) / 3600)
            change = Change(subject.file, (TakeOut(step.at),)) if step.kind != "decision" else None
            yield Suggestion(
                NAME,
                f"remove `{path}`, or make it for a sample only",
                (f"it was made {len(made)} times in {evidence.days} days, and has never found or changed anything",),
                f"{hours:.1f} hours a quarter",
                subject.process,
                path,
                "times",
                len(made) / max(1, len(subject.over)),
                hours,
                change,
            )


def _checks(step: Step) -> bool:
    return step.kind in _CHECKS or step.at[:1] == ("checks",)
