"""Much of the time goes to what should not have been necessary: incidents, what was reopened, what others caused.

What it looks at: the hours people were at such items, as a share of all; each hour counts as one case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least, percent
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Suggestion

NAME = "failure-demand"
SUGGESTS = "Look into the causes that cost most."
LIMITS = {"share": Limit(40, "The share of the hours, at the least.", percent=True)}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """That failures eat up the time."""
    total = sum(work.touched for work in evidence.works) / 3600
    failed = [work for work in evidence.works if work.failure_demand]
    hours = sum(work.touched for work in failed) / 3600
    if at_least(round(hours), round(total)) <= limits["share"]:
        return
    causes: Counter[str] = Counter()
    for work in failed:
        causes[work.item.cause or work.item.service or work.item.process or work.item.kind] += round(work.touched)
    most = [f"{cause} ({time / 3600:.1f} h)" for cause, time in causes.most_common(5)]
    yield Suggestion(
        NAME,
        "look into the causes that cost most",
        (
            f"{hours:.1f} of {total:.1f} hours ({percent(hours / total)}) went to what should not have been necessary",
            f"most of it: {', '.join(most)}",
        ),
        f"up to {evidence.per_quarter(hours):.1f} hours a quarter",
        "",
        "",
        "failure_demand",
        hours / total,
        evidence.per_quarter(hours),
    )
