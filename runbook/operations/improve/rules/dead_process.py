"""Nobody has run a process for much longer than usual.

What it looks at: the time since its last run, against its schedule; without one, against the times between its runs so
far, of which it has to be more than chance (an XmR chart).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from runbook.operations.improve.evidence import Evidence
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Suggestion
from runbook.operations.percentiles import percentile
from runbook.operations.schedule import instants
from runbook.operations.signals import limits as natural
from runbook.operations.subject import DAY, Subject

NAME = "dead-process"
SUGGESTS = "Retire it, or give it a schedule."
LIMITS = {"intervals": Limit(2, "How many of its usual intervals have passed.")}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The processes that nobody runs."""
    for subject in evidence.subjects.values():
        if subject.definition is None or not subject.begun:
            continue
        usual, why = expected(subject, evidence.now)
        silent = evidence.now - subject.begun[-1]
        if usual and silent > limits["intervals"] * usual:
            yield Suggestion(
                NAME,
                "retire it, or give it a schedule",
                (f"its last run began {silent // DAY} days ago; {why} {usual / DAY:.1f} days",),
                "a catalogue of what is really done",
                subject.process,
                "",
                "silence",
                float(silent),
            )


def expected(subject: Subject, now: int) -> tuple[float, str]:
    """How long there is between two runs, and how that is known; 0 when nobody can tell, or it may be chance."""
    trigger = subject.definition.listing.trigger if subject.definition else None
    if trigger is not None:
        due = instants(trigger, now - 400 * DAY, now)
        gaps = [later - earlier for earlier, later in pairwise(due)]
        return (percentile(gaps, 50), "by its schedule it is due every") if gaps else (0.0, "")
    between = [later - earlier for earlier, later in pairwise(subject.begun)]
    usual = natural(between, len(between))
    if usual is None or now - subject.begun[-1] <= usual.high:
        return 0.0, ""
    return percentile(between, 50), "so far it was run every"
