"""Takes what ticket systems tell us by themselves: verified, written down once, and answered before it is looked at.

Rule 1: nothing is read of what is not signed, and nothing is kept of what is told twice.
Rule 2: what was answered with 202 is in the journal; what becomes of it is the outbox's to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.errors import Conflict
from runbook.operations.integrations import Integration
from runbook.operations.item import item_of
from runbook.operations.mirror import Mirror, Stage, mirrors_of
from runbook.operations.ticket_events import told
from runbook.work.tickets.arriving import change_in, delivery_of
from runbook.work.tickets.port import Change, Denied, NotTaken
from runbook.work.tickets.signing import NotVerified

if TYPE_CHECKING:
    from runbook.engine.ticket_ports import Ports
    from runbook.engine.worklist import Worklist
    from runbook.operations.item import Item


@dataclass(frozen=True, slots=True)
class Taken:
    """How a delivery is answered."""

    status: int
    text: str
    news: bool = False
    """True when it was written down."""


def receive(
    worklist: Worklist,
    integrations: Mapping[str, Integration],
    ports: Ports,
    name: str,
    headers: Mapping[str, str],
    body: bytes,
    now: int,
) -> Taken:
    """Take one delivery for the integration of that name; names of headers are lower case."""
    integration = integrations.get(name)
    if integration is None or not integration.hooks:
        return Taken(404, "nothing is taken in here")
    try:
        secret = ports.secret(name, integration.hook_secret)
    except NotTaken:
        return Taken(503, "nothing can be checked now")
    access = ports.access(integration)
    try:
        delivery = delivery_of(integration.type, access, secret, headers, body, now)
    except NotVerified as error:
        return Taken(401, str(error))
    try:
        change = change_in(integration.type, access, body)
    except (Denied, NotVerified) as error:
        return Taken(400, str(error))
    if change is None:
        return Taken(202, "about no ticket")
    found = _meant(worklist, integration, change)
    if found is None:
        return Taken(202, "about no ticket of ours")
    item, mirror = found
    with suppress(NotTaken):
        ports.secret(name, integration.auth)  # so that it is not written down when somebody has put it into a ticket
    event = told(mirror, Change(change.ticket, change.by, delivery.id))
    try:
        veiled = event._replace(data=ports.veil.json(event.data))
        worklist.record(item.id, [veiled], keys=[f"delivery/{name}/{each}" for each in delivery.once])
    except Conflict:
        return Taken(202, "told before")
    return Taken(202, "taken", news=True)


def _meant(worklist: Worklist, integration: Integration, change: Change) -> tuple[Item, Mirror] | None:
    """The item and the ticket that a change is about, by key or by what the ticket is called."""
    keys = {*change.ticket.keys}
    for id, events in worklist.streams.holding(("TicketIntended",)):
        item = item_of(id, events)
        for mirror in mirrors_of(item).values():
            if mirror.integration != integration.id or mirror.stage is not Stage.LINKED:
                continue
            if mirror.key in keys or mirror.ref == change.ticket.ref.id:
                return item, mirror
    return None
