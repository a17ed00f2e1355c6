"""Work stands still because of suppliers, for a good part of its time.

What it looks at: how long items were blocked by a supplier, or waited for one, as a share of their cycle time.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.flow import blocks_of
from runbook.operations.improve.evidence import Evidence, at_least, percent
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Suggestion
from runbook.operations.intervals import length
from runbook.operations.subject import Work

NAME = "supplier"
SUGGESTS = "Talk with the supplier about an underpinning contract."
LIMITS = {
    "cycle": Limit(20, "The share of cycle time for which work is blocked by suppliers.", percent=True),
    "items": Limit(10, "The share of the items that are, at the least.", percent=True),
}
_WORDS = ("supplier", "vendor")


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """That suppliers hold work up."""
    done = [work for work in evidence.done() if work.course.passage.cycle]
    held = {work.item.id: held_up(work, evidence.now) for work in done}
    cycle = sum(work.course.passage.cycle or 0 for work in done)
    share = sum(held.values()) / cycle if cycle else 0.0
    many = sum(time > 0 for time in held.values())
    if share >= limits["cycle"] and at_least(many, len(done)) > limits["items"]:
        yield Suggestion(
            NAME,
            "agree with suppliers how soon they answer",
            (f"{many} of {len(done)} items were held up by suppliers, for {percent(share)} of all cycle time",),
            f"{sum(held.values()) / len(done) / 3600:.1f} hours sooner, for each item",
            "",
            "supplier",
            "supplier",
            share,
        )


def held_up(work: Work, now: int) -> int:
    """How long an item was blocked by a supplier, in seconds."""
    reasons = {block.reason for block in work.course.passage.blocks if any(word in block.reason for word in _WORDS)}
    return sum(length(blocks_of(work.course.passage, now, reason)) for reason in reasons)
