"""What a process that can be relied on has, and which of it one lacks: nine checks with their reasons.

Rule 1: a check that does not apply to a process is passed: one without runs has no failures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.operations.documented import needs_evidence, undocumented, without_a_way_back
from runbook.operations.maturity import Facts

if TYPE_CHECKING:
    from runbook.definition import Process
    from runbook.kind import Kinds

MOST_FAILURES = 0.1
"""The part of the runs of 90 days that may have failed."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, whether it is passed, and why not."""

    name: str
    passed: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All checks of one process."""

    process: str
    title: str
    checks: tuple[Check, ...]

    @property
    def score(self) -> int:
        """How many are passed."""
        return sum(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class Around:
    """What is known around a process: the day of its next review, today, and whether an agreement holds for it.

    `agreement` gives why none does; empty when one does.
    """

    review: str
    today: str
    agreement: Callable[[Process], str]


def scorecard_of(process: Process, kinds: Kinds, facts: Facts, around: Around, now: int) -> Scorecard:
    """The checks of a process, in the order in which they are mended."""
    return Scorecard(process.id, process.title, tuple(_checks(process, kinds, facts, around, now)))


def _checks(process: Process, kinds: Kinds, facts: Facts, around: Around, now: int) -> Iterator[Check]:
    yield _check("owner", () if process.owner else ("nobody owns it",))
    yield _check("backup-owner", _backup(process))
    yield _check("review", _review(process, around))
    yield _check("documented", undocumented(process, kinds))
    yield _check("rollback", [f"step `{step}` has no way back" for step in without_a_way_back(process, kinds)])
    yield _check("sla", [why] if (why := around.agreement(process)) else ())
    recent = facts.recent(now)
    yield _check("used", () if recent else ("no run of the last 90 days came to an end",))
    failed = sum(run.failed for run in recent)
    often = failed > MOST_FAILURES * len(recent)
    yield _check("failures", (f"{failed} of {len(recent)} runs failed",) if often else ())
    left_out = facts.without_evidence if needs_evidence(process) else ()
    yield _check("evidence", [f"somebody left out a step that asks for evidence in {run}" for run in left_out])


def _check(name: str, wrong: Sequence[str]) -> Check:
    more = f", and {len(wrong) - 1} more" if wrong[1:] else ""
    return Check(name, not wrong, f"{wrong[0]}{more}" if wrong else "")


def _backup(process: Process) -> Sequence[str]:
    backup = process.listing.backup_owner
    if not backup:
        return ("nobody stands in for its owner: add `backup_owner`",)
    return ("its owner stands in for themselves",) if backup == process.owner else ()


def _review(process: Process, around: Around) -> Sequence[str]:
    if around.review:
        return (f"its review was due on {around.review}",) if around.review < around.today else ()
    missing = "nobody has noted when it was last reviewed" if process.review else "nobody is to review it: add `review`"
    return (missing,)
