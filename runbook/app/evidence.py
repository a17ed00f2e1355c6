"""What happened, gathered for whoever looks for what could be better: runs, work items, weeks, limits, files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from fractions import Fraction

    from runbook.definition import Process
    from runbook.journal.store import RunRow
    from runbook.operations.department import Operations
    from runbook.operations.improve import Evidence
    from runbook.operations.improve.evidence import WeekPast
    from runbook.operations.intervals import Interval
    from runbook.operations.scene import Scene
    from runbook.operations.subject import Subject, Work
    from runbook.run.effort import Effort

_WEEKS = 6
"""Weeks with a plan that are looked back at."""


def evidence(workspace: Workspace, days: int) -> Evidence:
    """All that the rules of improvement look at, of so many days, as whoever calls may see it."""
    from runbook.app.definitions import read_all
    from runbook.app.flow import scene
    from runbook.app.worklists import operations
    from runbook.operations.agreements import POLICY, agreements_of
    from runbook.operations.catalogue import department_of
    from runbook.operations.improve import Evidence

    known = operations(workspace)
    found = scene(workspace, days=days)
    since = found.now - days * 86400
    works = _works(workspace, found, since)
    processes = read_all(workspace, keep=True).project.processes
    places, targets = _written(known)
    return Evidence(
        found.now,
        days,
        dict(_subjects(workspace, processes, works, since, found)),
        works,
        _weeks(workspace, found),
        _over_limits(found, since),
        department_of(known.data),
        agreements_of(known.data),
        POLICY if POLICY in known.data else "",
        places,
        targets,
    )


def _works(workspace: Workspace, found: Scene, since: int) -> tuple[Work, ...]:
    """The items that were opened or ended in the time, or are open."""
    from runbook.app.worklists import worklist
    from runbook.operations.passages import touched_by
    from runbook.operations.subject import Work

    if not found.courses:
        return ()
    judges = worklist(workspace).judges
    times = touched_by(found.courses, found.all_hours(found.began(), found.now), found.now)
    return tuple(
        Work(each.item, each, judges.clocks(each.item, found.now), _seconds(times.get(each.item.id, {})))
        for each in found.courses
        if each.item.is_open or max(each.item.opened_at, each.item.resolved_at, each.item.closed_at) >= since
    )


def _seconds(times: Mapping[str, Fraction]) -> dict[str, float]:
    return {person: float(time) for person, time in times.items()}


def _subjects(
    workspace: Workspace, processes: Mapping[str, Process], works: Iterable[Work], since: int, found: Scene
) -> Iterator[tuple[str, Subject]]:
    from runbook.app.carrying import runs
    from runbook.app.using import revisions
    from runbook.operations.seconds import seconds
    from runbook.operations.step_time import within_hours
    from runbook.operations.subject import Subject
    from runbook.views.figures import due

    rows = list(runs(workspace))[::-1]  # oldest first
    begun: dict[str, list[int]] = {}
    for row in rows:
        begun.setdefault(row.process, []).append(seconds(row.started_at))
    efforts = _efforts(workspace, (row for row in rows if seconds(row.started_at) >= since))
    hours = partial(_hours, found, since)
    ran = {row.run: row.process for row in rows}
    belonging: dict[str, list[Work]] = {}
    caused: dict[str, dict[str, tuple[str, ...]]] = {}
    for work in works:
        linked = [link for link in work.item.links if link.what == "run"]
        handled = {ran.get(link.id, "") for link in linked if link.relation == "handles"}
        for name in {work.item.process, *handled}:
            belonging.setdefault(name, []).append(work)
        for link in linked:
            if link.relation == "caused_by" and link.id in ran and work.item.kind == "incident":
                of = caused.setdefault(ran[link.id], {})
                of[link.id] = (*of.get(link.id, ()), work.item.id)
    changed = revisions(workspace).files if processes else {}
    rates = _rates(found)
    for id in sorted({*processes, *begun}):
        process = processes.get(id)
        revised = changed.get(process.file, ()) if process else ()
        yield (
            id,
            Subject(
                id,
                since,
                found.now,
                process,
                within_hours(efforts.get(id, ()), hours),
                tuple(belonging.get(id, ())),
                tuple(begun.get(id, ())),
                revised[0].at[:10] if revised else "",
                due(process) if process else "",
                caused.get(id, {}),
                rates,
            ),
        )


def _hours(found: Scene, since: int, person: str) -> tuple[Interval, ...] | None:
    """When somebody works, as their calendar or that of the office says; None where neither is written."""
    who = next((each for each in found.people if each.id == person), None)
    if who is None or not (who.calendar or found.office_written):
        return None
    return found.hours(who, since, found.now)


def _efforts(workspace: Workspace, rows: Iterable[RunRow]) -> dict[str, list[Effort]]:
    """How the runs went, by process; without what was said in them where that is not for who calls."""
    from runbook.app.seeing import seen_of_past
    from runbook.app.using import past_run
    from runbook.run.history import efforts

    found: dict[str, list[Effort]] = {}
    for each in efforts((past_run(row), events) for row, events in seen_of_past(workspace, rows)):
        found.setdefault(each.process, []).append(each)
    return found


def _rates(found: Scene) -> dict[str, float]:
    """What an hour of each person costs: the highest rate of their roles; nothing of who has none."""
    rates = found.rules.rates
    known = {each.id: [rates[role] for role in each.roles if role in rates] for each in found.people}
    return {id: max(prices) for id, prices in known.items() if prices}


def _weeks(workspace: Workspace, found: Scene) -> tuple[WeekPast, ...]:
    from runbook.app.flow import weeks_of
    from runbook.operations.improve.evidence import WeekPast

    if not found.plans:
        return ()
    weeks = weeks_of(workspace, found, _WEEKS).weeks
    return tuple(
        WeekPast(each.name, each.whole.days(found.rules), each.whole.met(found.rules)) for each in weeks if each.planned
    )


def _over_limits(found: Scene, since: int) -> dict[str, tuple[int, int]]:
    """For each board with limits on its columns, on how many days it was over one of them, of how many."""
    from runbook.operations.flow import cumulative

    told: dict[str, tuple[int, int]] = {}
    for id, board in found.boards.items():
        limits = {column.id: column.wip for column in board.columns if column.wip and column.state != "finished"}
        courses = found.on(board)
        if not limits or not courses:
            continue
        first = max(since, min(each.item.opened_at for each in courses))
        days = list(range(found.now, first, -86400))
        rows = cumulative([each.passage for each in courses], days)
        over = sum(any(counts.get(column, 0) > most for column, most in limits.items()) for _, counts in rows)
        told[id] = over, len(days)
    return told


def _written(known: Operations) -> tuple[dict[str, int], frozenset[tuple[str, str, str]]]:
    """Where agreements stand in their file, and the targets that it has."""
    from runbook.operations.agreements import POLICY

    agreements = (known.data.get(POLICY) or {}).get("agreements", ())
    targets = (
        (each["id"], severity, clock)
        for each in agreements
        for severity, clocks in each["targets"].items()
        for clock in clocks
    )
    return {each["id"]: place for place, each in enumerate(agreements)}, frozenset(targets)
