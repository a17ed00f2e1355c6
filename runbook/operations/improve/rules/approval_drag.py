"""Runs wait long for an approval that is given practically always.

What it looks at: how long each run waited for approvals, and how they were decided.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least, percent
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Change, Put, Suggestion, TakeOut
from runbook.operations.subject import lasted

NAME = "approval-drag"
SUGGESTS = "Make it a standard change, which is approved beforehand; the patch says so and takes the step out."
LIMITS = {
    "wait": Limit(25, "The share of a run's time that it waits for the approval.", percent=True),
    "runs": Limit(50, "The share of the runs of which that holds, at the least.", percent=True),
    "approved": Limit(98, "The share of the decisions that say yes.", percent=True),
    "decisions": Limit(20, "How many decisions there are at least."),
}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The approvals that only cost time."""
    for subject, path, gone in evidence.steps():
        decided = [(run, each) for run, each in gone if each.kind == "approval" and each.how in ("succeeded", "failed")]
        yes = sum(each.how == "succeeded" for _, each in decided)
        timed = [(run, each) for run, each in decided if lasted(run)]
        if len(decided) < max(1, limits["decisions"]) or yes < limits["approved"] * len(decided) or not timed:
            continue
        long = sum(each.waited > limits["wait"] * lasted(run) for run, each in timed)
        if at_least(long, len(timed)) > limits["runs"]:
            share = sum(each.waited for _, each in timed) / sum(lasted(run) for run, _ in timed)
            step = subject.step(path)
            change = None
            if step and subject.definition:
                edits = () if subject.definition.change == "standard" else (Put(("change",), "standard"),)
                change = Change(subject.file, (*edits, TakeOut(step.at)))
            yield Suggestion(
                NAME,
                f"make it a standard change, approved beforehand, without `{path}`",
                (
                    f"{yes} of {len(decided)} decisions said yes",
                    f"{long} of {len(timed)} runs waited for it more than {percent(limits['wait'])} of their time",
                ),
                f"{sum(each.waited for _, each in timed) / len(timed) / 3600:.1f} hours sooner, for each run",
                subject.process,
                path,
                "approval_wait",
                share,
                change=change,
            )
