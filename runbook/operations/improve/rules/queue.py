"""Most of the time of a run passes while nobody takes its steps on.

What it looks at: from the offer of a step to its claim, in each run, as a share of the run's time.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least, percent
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Suggestion
from runbook.operations.subject import lasted

NAME = "queue"
SUGGESTS = "More people for the role, or another class of service."
LIMITS = {
    "wait": Limit(50, "The share of a run's time that it waits to be taken on.", percent=True),
    "runs": Limit(50, "The share of the runs of which that holds, at the least.", percent=True),
}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The processes that stand in a queue."""
    for subject in evidence.subjects.values():
        runs = [each for each in subject.over if lasted(each) and any(one.offered is not None for one in each.passes)]
        waits = {each.run: sum(one.offered or 0.0 for one in each.passes) for each in runs}
        long = [each for each in runs if waits[each.run] > limits["wait"] * lasted(each)]
        if runs and at_least(len(long), len(runs)) > limits["runs"]:
            total = sum(waits.values())
            share = total / sum(map(lasted, runs))
            yield Suggestion(
                NAME,
                "let more people play the role, or raise its class of service",
                (
                    f"{len(long)} of {len(runs)} runs stood in a queue for more than {percent(limits['wait'])} of it",
                    f"that is {percent(share)} of the time of all of them",
                ),
                f"{total / len(runs) / 3600:.1f} hours sooner, for each run",
                subject.process,
                "",
                "claim_wait",
                share,
            )
