"""Recurring work: what is due by the schedules of processes, what was done, and opening what is due as work items.

Rule 1: an occurrence is opened with a key of its own in the journal, so that two who open it at once open it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from runbook.app.carrying import runs
from runbook.app.definitions import read_all
from runbook.app.worklists import worklist
from runbook.app.workspace import Workspace
from runbook.errors import Conflict, RunbookError

if TYPE_CHECKING:
    from runbook.definition import Process
    from runbook.engine.worklist import Worklist
    from runbook.operations.duties import Deed, Duty, Occurrence, Opened, Opening
    from runbook.operations.item import Item

INSTANT = "instant"
"""The field of a duty's item that names the instant it was due."""


def duties(workspace: Workspace, since: str) -> tuple[Occurrence, ...]:
    """All that was due by a schedule since an instant, and what is due next, in the order of time."""
    from runbook.operations.duties import occurrences
    from runbook.operations.seconds import seconds

    now = seconds(workspace.clock())
    known = _duties(workspace, _scheduled(workspace))
    told = (each for duty in known for each in occurrences(duty, seconds(since), now))
    return tuple(sorted(told, key=lambda each: (each.instant, each.process)))


def overdue_duties(workspace: Workspace, found: Sequence[Occurrence]) -> tuple[Occurrence, ...]:
    """Those of these that were missed, or that somebody is still at although the next one is due."""
    from runbook.operations.duties import overdue
    from runbook.operations.seconds import seconds

    return overdue(found, seconds(workspace.clock()))


def open_duties(workspace: Workspace) -> Opening:
    """Open what is due now as work items, and note what was missed, each once however many do so at a time.

    This is what the daemon calls: it costs one look at the schedules when nothing is due.
    """
    from runbook.engine.snapshots import current_commit
    from runbook.operations.duties import Opening, plan_of
    from runbook.operations.seconds import seconds

    scheduled = _scheduled(workspace)
    now = seconds(workspace.clock())
    plans = [(duty, plan_of(duty, now)) for duty in _duties(workspace, scheduled)]
    if not any(plan.open or plan.missed for _, plan in plans):
        return Opening()
    work = replace(worklist(workspace), rev=current_commit(workspace.root))
    opened: list[Opened] = []
    missed: list[Occurrence] = []
    for duty, plan in plans:
        for each in plan.open:
            if (told := _open(work, scheduled[duty.process], each, now)) is not None:
                opened.append(told)
        missed += [each for each in plan.missed if _note_missed(work, each)]
    return Opening(tuple(opened), tuple(missed))


def _scheduled(workspace: Workspace) -> dict[str, Process]:
    """The processes with a schedule that can be read, by id."""
    library = read_all(workspace)
    return {
        id: library.project.processes[id]
        for id, each in library.interfaces.items()
        if each.scheduled and each.whole and id not in library.broken
    }


def _duties(workspace: Workspace, processes: Mapping[str, Process]) -> Iterator[Duty]:
    from runbook.operations.duties import Duty

    deeds: dict[str, list[Deed]] = {}
    for name, deed in _deeds(workspace):
        if name in processes:
            deeds.setdefault(name, []).append(deed)
    for id, process in sorted(processes.items()):
        assert process.listing.trigger is not None
        yield Duty(id, process.listing.trigger, tuple(deeds.get(id, ())))


def _deeds(workspace: Workspace) -> Iterator[tuple[str, Deed]]:
    """What is known to have been done, by process: items opened for an instant, runs, and what was noted as missed."""
    from runbook.journal.streams import DEPARTMENT
    from runbook.operations.duties import Deed
    from runbook.operations.seconds import seconds
    from runbook.run.usage import SUCCEEDED

    for item in _duty_items(workspace):
        instant = item.fields.get(INSTANT)
        if item.kind == "duty" and isinstance(instant, str) and item.process:
            ended = item.resolved_at or item.closed_at or None
            done = item.status in ("resolved", "closed")
            yield item.process, Deed(item.id, item.opened_at, ended, done, seconds(instant))
    for row in runs(workspace):
        ended = seconds(row.ended_at) if row.ended_at else None
        yield row.process, Deed(row.run, seconds(row.started_at), ended, row.status in SUCCEEDED)
    if workspace.existing_journal() is None:
        return
    for recorded in workspace.journal.streams.events(DEPARTMENT):
        if recorded.event.type == "DutyMissed":
            at, data = seconds(recorded.at), recorded.event.data
            yield data["process"], Deed("", at, at, instant=seconds(data["instant"]), dropped=True)


def _duty_items(workspace: Workspace) -> Iterator[Item]:
    """All items that were opened as duties."""
    from runbook.operations.item import item_of

    journal = workspace.existing_journal()
    return (item_of(id, events) for id, events in (journal.streams.all(kind="duty") if journal else ()))


def _open(work: Worklist, process: Process, each: Occurrence, now: int) -> Opened | None:
    """The item of an occurrence; None when somebody else has opened it meanwhile."""
    from runbook.operations.commands import Open
    from runbook.operations.duties import Opened
    from runbook.operations.seconds import instant_of

    listing, known = process.listing, work.operations.organisation
    command = Open(
        "duty",
        process.title,
        process.summary,
        {INSTANT: instant_of(each.instant)},
        process.id,
        listing.service,
        item_class=listing.class_of_service or "fixed_date",
        demand=listing.demand,
        team=process.owner if process.owner in known.teams else "",
        due=each.until if each.until is not None and each.until > now else 0,
        to=process.owner if process.owner in known.people else "",
    )
    try:
        return Opened(each, work.open(command, keys=(each.key,)).id)
    except Conflict:
        return None
    except RunbookError as error:  # such as a limit of the board: the others are opened all the same
        return Opened(each, refused=str(error))


def _note_missed(work: Worklist, each: Occurrence) -> bool:
    """Note that an occurrence is not going to be done; False when somebody else has."""
    from runbook.journal.streams import DEPARTMENT
    from runbook.operations.seconds import instant_of
    from runbook.run.events import Event

    missed = Event("DutyMissed", data={"process": each.process, "instant": instant_of(each.instant)})
    try:
        with work.streams.write() as writing:
            writing.append(DEPARTMENT, DEPARTMENT, [missed], work.person, keys=(each.key,), where=work.actor.where)
    except Conflict:
        return False
    return True


__all__ = ["duties", "open_duties", "overdue_duties"]
