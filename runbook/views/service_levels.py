"""Service levels on a screen: when something is due, why, how often targets are met, and what tests of them found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.operations.clock import Clock, State
from runbook.operations.cycle import Retargeted, as_target
from runbook.operations.explaining import CLOSED, stretches
from runbook.operations.waking import label
from runbook.operations.wall import SHORT, WHOLE, local
from runbook.views.lines import columns
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.operations.attainment import Row
    from runbook.operations.explaining import Stretch
    from runbook.operations.item import Item
    from runbook.operations.policy_tests import Tried
    from runbook.operations.upcoming import Upcoming
    from runbook.views.style import Style


def due(clocks: Sequence[Clock], timezone: str) -> Iterator[str]:
    """When each clock of an item that was just opened is due, with what it is counted by and when it warns."""
    rows = []
    for clock in clocks:
        goal, end = clock.goal, clock.due
        assert goal is not None
        assert end is not None
        marks = [f"{each.percent}% {local(each.at, timezone, SHORT)}" for each in clock.thresholds() if each.at]
        rows.append(
            (label(clock), f"{goal.text} of {goal.calendar.id}", f"due {local(end, timezone, WHOLE)}", *marks[:-1])
        )
    yield from _table(rows)
    if not rows:
        yield "  nothing was agreed for it"


def explained(
    item: Item, clocks: Sequence[Clock], timezone: str, nexts: Mapping[str, Upcoming], style: Style
) -> Iterator[str]:
    """Every clock of an item: what of its time was counted, what not and why, and what comes next."""
    if not clocks:
        yield f"Nothing was agreed for {item.id}: no clock of it has ever started."
    for clock in clocks:
        goal = clock.goal
        if goal is None:
            continue
        named = [label(clock), goal.severity, goal.text, f"calendar {goal.calendar.id}", f"agreement {clock.agreement}"]
        policy = [f"policies {item.rev[:7] or item.policies[:7]}"] if item.policies else []
        measured = [] if clock.escalates else ["only measured"]
        yield style.bold(" · ".join([*named, *policy, *measured]))
        yield from _stretches(clock, timezone)
        yield f"{_verdict(clock, timezone)}{_next(nexts.get(label(clock)), timezone)}"
        yield ""


def _next(upcoming: Upcoming | None, timezone: str) -> str:
    if upcoming is None:
        return ""
    to = f" → {', '.join(visible(person) for person in upcoming.to)}" if upcoming.to else ""
    return f", next: {upcoming.what} at {local(upcoming.at, timezone, SHORT)}{to}"


def _stretches(clock: Clock, timezone: str) -> Iterator[str]:
    table: list[tuple[str, ...]] = []
    for each in stretches(clock):
        if isinstance(each, Retargeted):
            yield from _table(table)
            table = []
            yield f" {local(each.at, timezone, WHOLE)} {_change(each)}"
        else:
            table.append(_row(each, timezone))
    yield from _table(table)


def _row(stretch: Stretch, timezone: str) -> tuple[str, ...]:
    why = visible(stretch.reason) + (f" ({visible(stretch.party)})" if stretch.party else "")
    counted = as_target(stretch.counted) if stretch.counted else "-"
    span = f"{local(stretch.start, timezone, WHOLE)} → {local(stretch.end, timezone, SHORT)}"
    kind = f"{CLOSED} hours" if stretch.kind == CLOSED else stretch.kind
    return (f" {span}", kind, counted, f"total {as_target(stretch.total)}", why)


def _change(change: Retargeted) -> str:
    told = [f"{goal.severity} {goal.text}" if goal else "no target" for goal in (change.before, change.after)]
    return f"retargeted {told[0]} → {told[1]} ({change.mode})"


def _verdict(clock: Clock, timezone: str) -> str:
    used = f"used {clock.used:.0%}"
    late = f"over by {as_target(clock.over_by)}"
    match clock.state:
        case State.CANCELLED:
            return "cancelled, without a verdict"
        case State.STOPPED:
            return f"met, {used}" if clock.met else f"breached, {late}"
        case State.PAUSED if clock.due is None:
            resumed = clock.if_resumed
            then = f", due {local(resumed, timezone, WHOLE)} if resumed now" if resumed is not None else ""
            left = f"{as_target(clock.remaining)} left" if clock.remaining >= 0 else late
            return f"paused, {left}{then}"
    end = clock.due
    when = f"due {local(end, timezone, WHOLE)}" if end is not None else "no due date"
    notes = [note for note, holds in (("committed", clock.committed), ("floored", clock.floored)) if holds]
    return ", ".join([when, *notes, late if clock.breached else used])


def report(rows: Sequence[Row], by: Sequence[str], window: str, style: Style) -> Iterator[str]:
    """How often the targets were met, a line for each group and clock."""
    if not rows:
        yield f"No clock was judged in {window}, and none is open."
        return
    table = [(*by, "clock", "met", "late", "attained", "objective", "paused", "policies")]
    for row in rows:
        share = "-" if row.attainment is None else f"{row.attainment:.1%}"
        late = f"{row.breached}" + (f" + {row.open_breached} open" if row.open_breached else "")
        revs = ", ".join(sorted(rev[:7] or "-" for rev in row.revs))
        met = f"{row.met}"
        table.append(
            (*map(visible, row.group), row.clock, met, late, share, f"{row.objective}%", f"{row.pause_share:.0%}", revs)
        )
    lines = list(_table(table))
    yield style.bold(lines[0])
    for row, line in zip(rows, lines[1:], strict=True):
        yield line if row.kept else style.paint(line, "31")
    missed = [row for row in rows if not row.kept]
    for row in missed:
        yield f"  below its objective: {' '.join((*map(visible, row.group), row.clock))}: {', '.join(row.late[:10])}"


def tried(found: Sequence[Tried], style: Style) -> Iterator[str]:
    """The tests that failed, each with what was expected and what came; and how many there were."""
    failed = [each for each in found if each.differences]
    path = ""
    for each in failed:
        if each.path != path:
            path = each.path
            yield style.bold(path)
        yield f"  {each.number}. {visible(each.title)}"
        for difference in each.differences:
            yield style.paint(f"    - {difference.name}: {visible(difference.wanted)}", "31")
            yield style.paint(f"    + {difference.name}: {visible(difference.got)}", "32")
    files = len({each.path for each in found})
    counted = f"{len(found)} test{'s' if len(found) != 1 else ''} in {files} file{'s' if files != 1 else ''}"
    yield f"{counted}: {f'{len(failed)} failed' if failed else 'all as expected'}"


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows in columns; each column as wide as its widest cell."""
    most = max((len(row) for row in rows), default=0)
    widths = [max((columns(row[place]) for row in rows if place < len(row)), default=0) for place in range(most)]
    for row in rows:
        cells = (cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=False))
        yield f"  {'  '.join(cells)}".rstrip()
