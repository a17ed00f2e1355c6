"""How often the targets were met: by clock and by whatever items are told apart by, within a window of time.

Rule 11: each cycle counts once, by how it ended; one that is still open counts only when it is late already.
Rule 13: the share of their time that clocks stood still is told beside it, for whoever would win by pausing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from runbook.operations.clock import Clock
from runbook.operations.cycle import PAUSED, RUNNING, Cycle
from runbook.operations.waking import label

BY = ("severity", "process", "service", "kind", "team", "priority", "agreement")
"""What items can be told apart by."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An item with its clocks, what it is called in the words of a report, and the revision it is judged by."""

    id: str
    words: Mapping[str, str]
    clocks: Sequence[Clock]
    rev: str


@dataclass(slots=True)
class Row:
    """One line of the report."""

    group: tuple[str, ...]
    clock: str
    met: int = 0
    breached: int = 0
    open_breached: int = 0
    paused: int = 0
    """Seconds in which clocks stood still, and"""
    running: int = 0
    """in which they ran; both by the clock on the wall."""
    objective: int = 95
    revs: set[str] = field(default_factory=set)
    """The revisions of the policies that these items were judged by."""
    late: list[str] = field(default_factory=list)
    """The items that were late."""

    @property
    def attainment(self) -> float | None:
        """The share that was met, from 0 to 1; None when nothing was judged."""
        whole = self.met + self.breached + self.open_breached
        return self.met / whole if whole else None

    @property
    def pause_share(self) -> float:
        """The share of the time in which the clocks stood still."""
        whole = self.paused + self.running
        return self.paused / whole if whole else 0.0

    @property
    def kept(self) -> bool:
        """True when the objective was reached."""
        return self.attainment is None or self.attainment * 100 >= self.objective


def attained(
    items: Iterable[Judged], by: Sequence[str], since: int, now: int, objectives: Mapping[str, int]
) -> tuple[Row, ...]:
    """The lines of the report, in the order of their names; `objectives` are the percentages of the agreements."""
    rows: dict[tuple[tuple[str, ...], str], Row] = {}
    for item in items:
        for clock in item.clocks:
            words = {**item.words, "agreement": clock.agreement}
            group = tuple(words.get(name, "") or "-" for name in by)
            for cycle in _within(clock, since):
                row = rows.setdefault(
                    (group, label(clock)), Row(group, label(clock), objective=objectives.get(clock.agreement, 95))
                )
                _count(row, item, cycle, now)
    return tuple(rows[key] for key in sorted(rows))


def _within(clock: Clock, since: int) -> Iterator[Cycle]:
    """The cycles that were judged since then, and those that are open."""
    for cycle in clock.cycles:
        if cycle.cancelled or cycle.goal is None:
            continue
        if cycle.ended_at is None or cycle.ended_at >= since:
            yield cycle


def _count(row: Row, item: Judged, cycle: Cycle, now: int) -> None:
    late = cycle.breached(now)
    if cycle.ended_at is not None:
        row.met += not late
        row.breached += late
    else:
        row.open_breached += late
    if late and item.id not in row.late:
        row.late.append(item.id)
    row.revs.add(item.rev)
    end = now if cycle.ended_at is None else cycle.ended_at
    for interval in cycle.intervals:
        length = (end if interval.end is None else interval.end) - interval.start
        row.paused += length if interval.kind == PAUSED else 0
        row.running += length if interval.kind == RUNNING else 0
