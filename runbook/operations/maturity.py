"""How far a process has come: listed, grouped, documented, measured, improving. From its file and its runs alone.

Rule 1: nobody sets a level by hand; what it hangs on is told with it.
Rule 2: each level asks for all of the levels below it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from runbook.operations.documented import undocumented
from runbook.run.usage import SUCCEEDED

if TYPE_CHECKING:
    from runbook.definition import Process, ProcessGroup
    from runbook.kind import Kinds

WINDOW = 90 * 86400
"""Seconds of the past that runs count for."""
ENOUGH = 5
"""How many runs measure a process."""
SHORTER = 0.9
"""The part of the time before that a process has to take at the most to count as quicker."""


class Level(enum.IntEnum):
    """The rungs of the ladder."""

    UNOWNED = 0
    LISTED = 1
    GROUPED = 2
    DOCUMENTED = 3
    MEASURED = 4
    IMPROVING = 5

    @property
    def title(self) -> str:
        """For people: `Listed`."""
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a process, in seconds; `definition` is the hash of what it is bound to."""

    run: str
    definition: str
    status: str
    began: int
    ended: int | None = None

    @property
    def failed(self) -> bool:
        """True when it did not do what it is for."""
        return self.status == "failed"

    @property
    def counts(self) -> bool:
        """True when it says something about its process: it came to an end that nobody broke off."""
        return self.ended is not None and (self.failed or self.status in SUCCEEDED)


@dataclass(frozen=True, slots=True)
class Facts:
    """What runs tell of one process."""

    runs: Sequence[Ran] = ()
    """All of them, in the order in which they began."""
    without_evidence: tuple[str, ...] = ()
    """The runs of the last 90 days in which somebody left out a step that asks for evidence."""
    adopted: str = ""
    """A suggestion that was adopted and whose figure has moved, in words."""

    def recent(self, now: int) -> list[Ran]:
        """Those that came to an end within the window."""
        return [run for run in self.runs if run.counts and run.ended is not None and run.ended > now - WINDOW]


NO_FACTS = Facts()
"""For a process that was never run."""


@dataclass(frozen=True, slots=True)
class Maturity:
    """Where a process stands, and what it takes to reach the next level."""

    process: str
    title: str
    level: Level
    wanting: tuple[str, ...] = ()
    runs: int = 0
    """Those that count, of the last 90 days."""
    because: str = ""
    """What has become better, for one that is improving."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the ladder has to know of the file of a process."""

    id: str
    title: str
    owner: str
    lacking: tuple[str, ...]
    """What is not written down of it, as `undocumented` says."""


def maturity_of(process: Process, group: ProcessGroup | None, kinds: Kinds, facts: Facts, now: int) -> Maturity:
    """Where a process stands; `group` is None where its group is not described."""
    written = Written(process.id, process.title, process.owner, undocumented(process, kinds))
    return standing(written, group is not None, facts, now)


def standing(written: Written, described: bool, facts: Facts, now: int) -> Maturity:
    """Where a process stands by what is written; `described`: whether its group is."""
    runs = len(facts.recent(now))
    because = facts.adopted or better(facts.runs)
    few = f"{runs} run{'' if runs == 1 else 's'} of the last 90 days came to an end: {ENOUGH} measure it"
    rungs: tuple[tuple[Level, tuple[str, ...]], ...] = (
        (Level.LISTED, () if written.owner else ("nobody owns it",)),
        (Level.GROUPED, () if described else (f"its group `{written.id.rpartition('/')[0]}` is not described",)),
        (Level.DOCUMENTED, written.lacking),
        (Level.MEASURED, () if runs >= ENOUGH else (few,)),
        (Level.IMPROVING, () if because else ("no change of it has made its runs quicker, or fail less often",)),
    )
    reached = Level.UNOWNED
    for level, wanting in rungs:
        if wanting:
            return Maturity(written.id, written.title, reached, wanting, runs)
        reached = level
    return Maturity(written.id, written.title, reached, (), runs, because)


def better(runs: Iterable[Ran]) -> str:
    """What the newest change of a process has made better, by as many runs before it as after; empty for nothing."""
    counted = [run for run in runs if run.counts]
    newest = counted[-1].definition if counted else ""
    after = [run for run in counted if run.definition == newest]
    earlier = [run for run in counted if run.definition != newest and run.began < after[0].began] if after else []
    before = [run for run in earlier if run.definition == earlier[-1].definition] if earlier else []
    if len(before) < ENOUGH or len(after) < ENOUGH:
        return ""
    was, is_ = _failures(before), _failures(after)
    if is_ < was:
        return f"failures went from {was:.0%} to {is_:.0%} of its runs"
    slow, quick = _seconds(before), _seconds(after)
    if is_ == was and slow and quick <= SHORTER * slow:
        return f"it takes {1 - quick / slow:.0%} less time"
    return ""


def _failures(runs: Sequence[Ran]) -> float:
    return sum(run.failed for run in runs) / len(runs)


def _seconds(runs: Sequence[Ran]) -> float:
    times = [run.ended - run.began for run in runs if run.ended is not None and not run.failed]
    return median(times) if times else 0.0
