"""Work items: opened, asked about, changed; all through the one worklist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.engine.worklist import Worklist
    from runbook.operations.commands import AttachFile, Open
    from runbook.operations.department import Operations
    from runbook.operations.item import Item


_READ = "_operations"
"""Where a workspace keeps what it has read of the department last, with the texts that said so."""


def operations(workspace: Workspace, only: str = "") -> Operations:
    """The department as its files describe it, or what one of them says; `Misuse` when it says what can't be."""
    from runbook.app.people import organisation
    from runbook.diagnostics import Severity
    from runbook.engine.files import operations_files, read_file
    from runbook.operations.department import UNKNOWN, Operations
    from runbook.organisation import NOBODY

    try:
        root = workspace.root
    except Misuse:  # items can be looked at from anywhere
        return UNKNOWN
    people = NOBODY if only else organisation(workspace)
    files = {path: read_file(root, path) for path in operations_files(root) if only in ("", path)}
    read_before: tuple[object, Operations] | None = workspace.__dict__.get(_READ)
    if read_before is not None and read_before[0] == (files, people):  # the same texts say the same
        return read_before[1]
    if not files:
        return Operations({}, people)
    from runbook.reading.department import read_department

    read = read_department(files, people)
    for each in read.found:
        if each.severity is Severity.ERROR:
            where = f"{each.place.file}:{each.place.line}"
            raise Misuse(f"what the department has agreed can't be told: {where}: {each.message}", "mend it first")
    workspace.__dict__[_READ] = (files, people), read.operations
    return read.operations


def worklist(workspace: Workspace) -> Worklist:
    """The work items, for whoever calls."""
    from runbook.engine.worklist import Worklist

    return Worklist(workspace.journal.streams, workspace.actor, operations(workspace))


def open_item(workspace: Workspace, command: Open) -> Item:
    """Open an item; what its process says about it is filled in, and its intake form checked."""
    from dataclasses import replace

    from runbook.engine.snapshots import current_commit

    if command.process:
        command = _by_process(workspace, command)
    elif command.fields:
        raise Misuse("only a process has an intake form", "name it with --process, or use --description")
    command = replace(command, kind=command.kind or "incident")
    work = worklist(workspace)
    return replace(work, rev=current_commit(workspace.root)).open(command)


def _by_process(workspace: Workspace, command: Open) -> Open:
    """The request with what its process says about such items, and with the answers to its intake form checked."""
    from dataclasses import replace

    from runbook.app.definitions import read_one
    from runbook.form import filled

    process = read_one(workspace, command.process).project.processes.get(command.process)
    if process is None:
        raise Misuse(f"`{command.process}` can't be read", "see `runbook validate`")
    listing = process.listing
    return replace(
        command,
        fields=filled(listing.intake, command.fields),
        kind=command.kind or listing.kind,
        service=command.service or listing.service,
        item_class=command.item_class or listing.class_of_service,
        demand=command.demand or listing.demand,
    )


def items(workspace: Workspace, everything: bool = False) -> list[Item]:
    """The open items, or all there ever were; none where nothing was ever opened, without leaving a trace."""
    if workspace.existing_journal() is None:
        return []
    from runbook.operations.item import item_of

    streams = workspace.journal.streams
    return [item_of(id, events) for id, events in (streams.all() if everything else streams.open())]


def item(workspace: Workspace, id: str) -> Item:
    """One item; `Misuse` when there is none of that id."""
    from runbook.operations.item import item_of

    events = workspace.journal.streams.events(id) if workspace.existing_journal() else []
    if not events or id == "department":
        raise Misuse(f"there is no item {id}", "see `runbook item list`")
    return item_of(id, events)


def someone(workspace: Workspace, name: str) -> str:
    """The person that is meant; `me` is whoever calls."""
    from runbook.app.people import organisation

    return organisation(workspace).person_of(workspace.actor.name) if name == "me" else name


def attachment(workspace: Workspace, file: Path) -> AttachFile:
    """Keep a copy of a file; what has it recorded."""
    from runbook.engine.evidence import keep
    from runbook.errors import MachineRefuses
    from runbook.operations.commands import AttachFile

    try:
        kept = keep(workspace.home, file)
    except OSError as error:
        raise MachineRefuses(f"{file} can't be kept: {error.strerror}", "check free space and permissions") from None
    return AttachFile(kept.name, kept.sha256, kept.size)


def open_count(workspace: Workspace) -> int:
    """How many items are open."""
    journal = workspace.existing_journal()
    return journal.streams.open_count() if journal else 0


def item_ids(workspace: Workspace) -> Iterator[str]:
    """The ids of all open items, for completion."""
    return (each.id for each in items(workspace))
