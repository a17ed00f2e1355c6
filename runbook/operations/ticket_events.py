"""The events of tickets in the stream of a work item, as they are written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.operations.tickets import SHARED, plain
from runbook.run.events import Event
from runbook.work.tickets.port import Change, Ref, Ticket

if TYPE_CHECKING:
    from runbook.operations.mirror import Mirror
    from runbook.outcome import Json

_LONGEST = 30_000


def about(mirror: Mirror, type: str, **data: Json) -> Event:
    """An event about one ticket of an item."""
    return Event(type, data={"integration": mirror.integration, "key": mirror.key, **data})


def linked(mirror: Mirror, ticket: Ticket) -> Event:
    """That a ticket is the one of an item; what a new one says is what was asked for."""
    asked = {name: str(value) for name, value in mirror.draft.items() if name in SHARED}
    values = {name: value for name, value in ticket.values.items() if name in SHARED} or asked
    return about(
        mirror, "TicketLinked", ref=ticket.ref.id, url=ticket.ref.url, version=ticket.version, closed=ticket.closed,
        values={name: plain(name, each)[:_LONGEST] for name, each in values.items()},
    )  # fmt: skip


def duplicate(mirror: Mirror, ticket: Ticket, of: Ticket) -> Event:
    """That another ticket bears the same key, and which one stays."""
    return about(mirror, "TicketDuplicate", ref=ticket.ref.id, of=of.ref.id, closed=ticket.closed)


def told(mirror: Mirror, change: Change) -> Event:
    """That something was told of a ticket, to be looked at later."""
    ticket = change.ticket
    values = {name: plain(name, value)[:_LONGEST] for name, value in ticket.values.items() if name in SHARED}
    return about(
        mirror, "TicketTold", ref=ticket.ref.id, version=ticket.version, updated=ticket.updated, closed=ticket.closed,
        values=values, delivery=change.delivery, said_by=change.by,
    )  # fmt: skip


def change_told(data: Mapping[str, Json]) -> Change:
    """The change that such an event tells of."""
    ticket = Ticket(
        Ref(data.get("ref", "")), data.get("version", ""), data.get("values", {}), (data.get("key", ""),),
        updated=data.get("updated", ""), closed=bool(data.get("closed")),
    )  # fmt: skip
    return Change(ticket, data.get("said_by", ""), data.get("delivery", ""))
