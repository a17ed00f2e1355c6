"""Tickets of work items in other systems: carried out, looked at, and put right by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from runbook.app.worklists import operations, worklist
from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from runbook.engine.outbox import Carried
    from runbook.engine.receiving import Taken
    from runbook.engine.settled import Settled
    from runbook.engine.ticket_ports import Ports
    from runbook.engine.ticketing import Entry
    from runbook.operations.integrations import Integration
    from runbook.operations.item import Item
    from runbook.operations.mirror import Mirror

_LOCK = "outbox"
"""The name of the lock of whoever carries tickets out, beside the journal."""


def integrations(workspace: Workspace) -> dict[str, Integration]:
    """The systems that tickets are kept in, by id."""
    from runbook.operations.integrations import integrations_of

    return integrations_of(operations(workspace).data)


def carry_out(workspace: Workspace, poll: bool = False, settled: Settled | None = None) -> Carried:
    """Do all that is due about tickets, and tell people of escalations, once; `Conflict` when somebody else does.

    A daemon calls it in each of its passes: it asks a system for news only as often as its file says, unless `poll`,
    and it reads only those items again of which `settled`, from the passes before, does not tell all.
    """
    from runbook.engine.cursors import Bookmarks
    from runbook.engine.lease import hold
    from runbook.engine.notices import tell
    from runbook.engine.outbox import Carried, carry
    from runbook.operations.integrations import integrations_of
    from runbook.operations.notices import channels_of

    if workspace.existing_journal() is None or not (workspace.root / "operations" / "integrations").is_dir():
        return Carried()
    work = worklist(workspace)
    data = work.operations.data
    if not (integrations_of(data) or channels_of(data)):
        return Carried()
    ports, now = _ports(workspace), _second(workspace)
    with hold(workspace.home, _LOCK, workspace.actor):
        told = tell(work, ports, now)
        carried = carry(
            work, integrations_of(data), ports.open, now, ports.veil, Bookmarks(workspace.home),
            lambda item: _failed(workspace, item), poll, settled,
        )  # fmt: skip
    return told.joined(carried)


def carry_along(workspace: Workspace, settled: Settled | None = None) -> Carried:
    """The same for a pass that looks after everything: nothing where there is no project, or somebody else is at it."""
    from runbook.engine.outbox import Carried
    from runbook.errors import Conflict, Misuse

    try:
        return carry_out(workspace, settled=settled)
    except (Conflict, Misuse) as error:
        return Carried(troubles=[str(error)] if isinstance(error, Misuse) and _has_project(workspace) else [])


def _has_project(workspace: Workspace) -> bool:
    from runbook.errors import Misuse

    try:
        return workspace.root.is_dir()
    except Misuse:  # a folder of runs is looked after from anywhere
        return False


@contextmanager
def courier(workspace: Workspace, told: Callable[[str], None], warned: Callable[[str], None]) -> Iterator[None]:
    """Carry tickets and notices out, in a thread beside, while the block runs."""
    from runbook.engine.courier import Courier
    from runbook.engine.settled import Settled

    settled = Settled()

    def changes() -> Callable[[], object]:
        streams, since = replace(workspace).journal.streams, ""

        def newest() -> object:
            nonlocal since
            rows = streams.rows(since)  # few: those in which something has happened since the last look
            since = max((row.last_at for row in rows), default=since)
            return since, sum(row.head for row in rows if row.last_at == since)

        return newest

    def carry() -> Carried:
        own = replace(workspace)  # a connection of its own to the journal
        try:
            return carry_along(own, settled)
        finally:
            own.journal.close()

    goes = Courier(carry, changes, lambda: _second(workspace), told, warned)
    goes.start()
    try:
        yield
    finally:
        goes.stop()


def outbox(workspace: Workspace) -> list[Entry]:
    """The tickets that are on their way, in doubt, to be changed, or refused."""
    from runbook.engine.ticketing import outbox as entries

    if workspace.existing_journal() is None:
        return []
    return entries(worklist(workspace), integrations(workspace), _second(workspace))


def retry_tickets(workspace: Workspace, what: str) -> list[Entry]:
    """Try again what was refused, of a key, an item or an integration; what that was."""
    from runbook.engine.ticketing import retry

    return retry(worklist(workspace), integrations(workspace), what, _second(workspace))


def raise_ticket(workspace: Workspace, item: str, name: str, because: str) -> Mirror:
    """Let an item have a ticket in a system, whatever else raises one."""
    from runbook.engine.ticketing import named, raise_by_hand

    return raise_by_hand(worklist(workspace), named(integrations(workspace), name), item, because)


def link_ticket(workspace: Workspace, item: str, name: str, ref: str) -> Mirror:
    """Make a ticket that is there the one of an item."""
    from runbook.engine.ticketing import link, named

    integration = named(integrations(workspace), name)
    work = worklist(workspace)
    work.item(item)
    with _asking(), closing(_ports(workspace).open(integration)) as port:
        return link(work, integration, item, ref, port)


def examine_integration(workspace: Workspace, name: str) -> tuple[str, ...]:
    """What stands in the way of making tickets in a system, in words; nothing when all is well."""
    from runbook.engine.ticketing import findings, named
    from runbook.work.tickets.port import TicketTrouble

    integration = named(integrations(workspace), name)
    try:
        ports = _ports(workspace)
        if integration.hooks:
            ports.secret(name, integration.hook_secret)
        with closing(ports.open(integration)) as port:
            return tuple(ports.veil.text(each) for each in findings(integration, port))
    except TicketTrouble as error:
        return (str(error),)


def take_delivery(workspace: Workspace, name: str, headers: Mapping[str, str], body: bytes) -> Taken:
    """Take what a system tells us by itself, for the server of webhooks."""
    from runbook.engine.receiving import receive
    from runbook.operations.integrations import integrations_of

    own = replace(workspace)  # a connection of its own to the journal: each delivery comes in another thread
    try:
        work = worklist(own)
        known = integrations_of(work.operations.data)  # read once: whoever sends has shown nothing yet
        return receive(work, known, _ports(own), name, headers, body, _second(own))
    finally:
        own.journal.close()


def _ports(workspace: Workspace) -> Ports:
    from runbook.engine.ticket_ports import Ports

    return Ports(workspace.kinds, workspace.root, lambda: _second(workspace))


def _second(workspace: Workspace) -> int:
    from runbook.operations.seconds import seconds

    return seconds(workspace.clock())


def _failed(workspace: Workspace, item: Item) -> Iterable[str]:
    """The runs that have failed, of those that an item hangs together with."""
    for link in item.links:
        if link.what == "run" and (row := workspace.journal.row(link.id)) is not None and row.status == "failed":
            yield link.id


@contextmanager
def _asking() -> Iterator[None]:
    """Tells what goes wrong with the other side in the way of the command line."""
    from runbook.errors import Conflict
    from runbook.work.tickets.port import TicketTrouble

    try:
        yield
    except TicketTrouble as error:
        raise Conflict(str(error), "see `runbook integration test`") from None
