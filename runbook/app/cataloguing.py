"""The catalogue of the department: what it covers, how far its processes have come, and where they do not fit."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.app.carrying import runs
from runbook.app.definitions import read_all
from runbook.app.improving import moved_by_improvement
from runbook.app.worklists import items, operations
from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.definition import Process, Project
    from runbook.operations.department import Operations
    from runbook.operations.interfaces import Gap
    from runbook.operations.maturity import Facts, Maturity, Ran
    from runbook.operations.scope import Drift, Scope
    from runbook.operations.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The project as its department sees it."""

    project: Project
    operations: Operations
    left_out: tuple[str, ...]
    """The processes whose files are too broken to tell anything of."""


def catalogue(workspace: Workspace) -> Catalogue:
    """What is written down; `Misuse` when a file below `operations` says what can't be."""
    library = read_all(workspace, keep=True)
    known = library.project.processes
    return Catalogue(library.project, operations(workspace), tuple(sorted({*library.interfaces} - {*known})))


def scope(workspace: Workspace) -> tuple[Scope, Catalogue]:
    """What the department covers, and by what."""
    from runbook.operations.catalogue import department_of, services_of
    from runbook.operations.scope import entry_of, scope_of

    found = catalogue(workspace)
    data = found.operations.data
    entries = {id: entry_of(process) for id, process in found.project.processes.items()}
    told = scope_of(department_of(data), services_of(data), entries, found.project.groups)
    return told, found


def drift(workspace: Workspace, since: str) -> tuple[Drift, ...]:
    """The work since an instant that no process of the catalogue handles."""
    from runbook.operations.catalogue import department_of
    from runbook.operations.opening import SCOPED
    from runbook.operations.scope import Asked, drift_of
    from runbook.operations.seconds import seconds

    now = seconds(workspace.clock())
    asked = (
        Asked(
            each.id,
            each.title,
            each.process,
            each.service,
            each.scope,
            each.opened_at,
            max(0, (each.resolved_at or each.closed_at or now) - each.started_at) if each.started_at else 0,
        )
        for each in items(workspace, everything=True)
        if each.kind in SCOPED
    )
    return drift_of(asked, department_of(operations(workspace).data), seconds(since) if since else 0)


def gaps(workspace: Workspace) -> tuple[tuple[Gap, ...], Catalogue]:
    """What goes in and comes out of processes, and does not fit together."""
    from runbook.operations.catalogue import department_of, services_of
    from runbook.operations.interfaces import Parties, gaps_of
    from runbook.operations.promises import promises_of

    found = catalogue(workspace)
    data, known = found.operations.data, found.operations.organisation
    services = services_of(data)
    people = frozenset((*known.people, *known.teams))
    parties = Parties(department_of(data), services, found.project.processes, people)
    return gaps_of(parties, promises_of(data, services)), found


def maturities(workspace: Workspace, process: str | None = None) -> tuple[tuple[Maturity, ...], Catalogue]:
    """How far each process has come, or one of them, by id."""
    from runbook.operations.maturity import NO_FACTS, maturity_of
    from runbook.operations.seconds import seconds

    found = catalogue(workspace)
    wanted = _wanted(found, process)
    facts, now = facts_of(workspace, wanted), seconds(workspace.clock())
    described = {id: group for id, group in found.project.groups.items() if (workspace.root / group.file).is_file()}
    told = (
        maturity_of(each, described.get(each.group), workspace.kinds, facts.get(each.id, NO_FACTS), now)
        for each in wanted
    )
    return tuple(told), found


def scorecards(workspace: Workspace, process: str | None = None) -> tuple[tuple[Scorecard, ...], Catalogue]:
    """The checks of each process, or of one of them, by id."""
    from runbook.operations.catalogue import services_of
    from runbook.operations.maturity import NO_FACTS
    from runbook.operations.promises import agreements
    from runbook.operations.scorecard import Around, scorecard_of
    from runbook.operations.seconds import seconds
    from runbook.views.figures import due

    found = catalogue(workspace)
    data = found.operations.data
    services, agreed = services_of(data), agreements(data)

    def agreement(process: Process) -> str:
        name = process.listing.service
        if services and name not in services:
            return f"there is no service `{name}`" if name else "it belongs to no service, so no agreement holds for it"
        wanted = services[name].sla if services else "default"
        return "" if wanted in agreed else f"there is no agreement `{wanted}`"

    wanted = _wanted(found, process)
    facts, now = facts_of(workspace, wanted), workspace.clock()
    told = (
        scorecard_of(
            each, workspace.kinds, facts.get(each.id, NO_FACTS), Around(due(each), now[:10], agreement), seconds(now)
        )
        for each in wanted
    )
    return tuple(told), found


def _wanted(found: Catalogue, process: str | None) -> list[Process]:
    from runbook.diagnostics import suggestion

    known = found.project.processes
    if process is None:
        return list(known.values())
    if process in found.left_out:
        raise Misuse(f"`{process}` has errors, so that nothing can be told of it", "see `runbook validate`")
    if process not in known:
        raise Misuse(f"there is no process `{process}`", suggestion(process, known, "see `runbook list`"))
    return [known[process]]


def facts_of(workspace: Workspace, processes: Iterable[Process]) -> Mapping[str, Facts]:
    """What the runs of these processes tell, by their ids; nothing of those without a run."""
    from runbook.operations.documented import needs_evidence
    from runbook.operations.maturity import Facts
    from runbook.operations.seconds import seconds

    wanted = {process.id: process for process in processes}
    adopted = moved_by_improvement(workspace)
    now = seconds(workspace.clock())
    found: dict[str, Facts] = {}
    for id, told in ran(workspace, wanted).items():
        facts = Facts(told)
        steps = needs_evidence(wanted[id])
        left_out = [run.run for run in facts.recent(now) if steps and _left_out(workspace, run.run, steps)]
        found[id] = Facts(facts.runs, tuple(left_out), adopted.get(id, ""))
    return found


def ran(workspace: Workspace, processes: Container[str]) -> Mapping[str, Sequence[Ran]]:
    """The runs of each of these processes, in the order in which they began, from the list of runs alone."""
    from runbook.operations.maturity import Ran
    from runbook.operations.seconds import seconds

    found: dict[str, list[Ran]] = {}
    for row in sorted(runs(workspace), key=lambda row: row.started_at):
        if row.process in processes:
            ended = seconds(row.ended_at) if row.ended_at else None
            told = Ran(row.run, row.definition, row.status, seconds(row.started_at), ended)
            found.setdefault(row.process, []).append(told)
    return found


def _left_out(workspace: Workspace, run: str, steps: frozenset[str]) -> bool:
    """True when somebody skipped one of these steps in a run; a condition that was false has a reason of its own."""
    from runbook.run.events import without_turns

    journal = workspace.existing_journal()
    told = journal.events(run) if journal else ()
    skipped = (each.event for each in told if each.event.type == "StepSkipped" and each.event.data.get("reply"))
    return any(without_turns(event.step or "").rpartition("/")[2] in steps for event in skipped)


__all__ = ["Catalogue", "catalogue", "drift", "facts_of", "gaps", "maturities", "ran", "scope", "scorecards"]
