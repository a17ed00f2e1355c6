"""What somebody has changed in a ticket, and what the item is asked for because of it.

Rule 1: what we wrote ourselves, what is older than what is known, and what was told before is no news.
Rule 2: the item is asked like by anybody else: what its rules refuse is refused here too, and said in the ticket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runbook.operations import commands as c
from runbook.operations.board import Board
from runbook.operations.integrations import Integration
from runbook.operations.item import Item
from runbook.operations.mirror import Mirror
from runbook.operations.tickets import SHARED, desired, plain, same, takes
from runbook.work.tickets.port import Change, Ticket
from runbook.work.tickets.times import seconds_since


@dataclass(frozen=True, slots=True)
class News:
    """What is new about a ticket."""

    agreed: Mapping[str, str]
    """What has become what we have: known from now on, and nothing more."""
    changed: Mapping[str, str]
    """What is another than was known."""
    taken: Mapping[str, str]
    """What of that is to become so here, in the words of the other side."""
    closed: bool
    updated: int

    def __bool__(self) -> bool:
        return bool(self.agreed or self.changed)


def news_of(item: Item, integration: Integration, mirror: Mirror, change: Change) -> News | None:
    """What a change tells; None when it is no news."""
    if is_echo(integration, mirror, change) or older(change.ticket.version, mirror.version):
        return None
    return compared(item, integration, mirror, change.ticket)


def compared(item: Item, integration: Integration, mirror: Mirror, ticket: Ticket) -> News:
    """How a ticket differs from what is known of it."""
    wanted = desired(item, integration)
    agreed, changed, taken = {}, {}, {}
    updated = seconds_since(ticket.updated or ticket.version)
    for name in SHARED:
        if name not in ticket.values or same(name, ticket.values[name], mirror.known.get(name, "")):
            continue
        value = plain(name, ticket.values[name])
        if same(name, value, wanted.get(name, "")) or name not in mirror.known:
            agreed[name] = value
        else:
            changed[name] = value
            if takes(item, integration, mirror, name, value, updated):
                taken[name] = value
    return News(agreed, changed, taken, ticket.closed or integration.closes(ticket.values.get("status", "")), updated)


def is_echo(integration: Integration, mirror: Mirror, change: Change) -> bool:
    """True for a delivery about what we did there ourselves: by us, of the version that we wrote.

    What is asked for is none: it is how the ticket stands now, and others may have been there in the same second.
    """
    if not mirror.version or not change.delivery:
        return False
    ours = not change.by or not integration.account or change.by == integration.account
    return ours and change.ticket.version == mirror.version


def older(version: str, known: str) -> bool:
    """True for a version before the one that is known; numbers are compared as numbers."""
    if version.isdecimal() and known.isdecimal():
        return int(version) < int(known)
    return bool(version) and version < known


Asked = tuple[str, c.Command]


def asked(item: Item, integration: Integration, mirror: Mirror, news: News, board: Board) -> Iterator[Asked]:
    """What the item is asked for, each with the field it is because of."""
    where = f"{integration.id}: {mirror.ref}"
    for name, value in news.taken.items():
        match name:
            case "title" | "description":
                if value:
                    yield name, c.Classify({name: value}, reason=f"changed in {where}")
            case "priority":
                if (word := integration.ours("priority", value)) and word != item.priority:
                    yield name, c.Classify({"priority": word}, reason=f"changed in {where}")
            case "assignee":
                if (person := integration.ours("assignee", value)) and person != item.accountable:
                    yield name, c.Assign(person, rule=f"assigned in {where}")
            case "status":
                state = integration.state_of(value, news.closed)
                if command := _moved(item, state, value, where, mirror, board):
                    yield name, command


def _moved(item: Item, state: str, word: str, where: str, mirror: Mirror, board: Board) -> c.Command | None:
    if state == "finished":
        proof = f"{mirror.ref} {mirror.url}".strip()
        return c.Resolve(f"closed as `{word}` in {where}", proof=proof) if item.is_open else None
    if not item.is_open:
        return c.Reopen(f"opened again as `{word}` in {where}") if item.status == "resolved" else None
    return c.Move(board.first(state).id) if state not in ("open", item.state) else None
