"""What a person does about tickets by hand: raise one, link one that is there, try again what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.diagnostics import suggestion
from runbook.engine.outbox import RECENT
from runbook.errors import Conflict, Misuse, Refused
from runbook.operations.integrations import Integration
from runbook.operations.item import item_of
from runbook.operations.mirror import Mirror, Stage, mirrors_of
from runbook.operations.seconds import instant_of
from runbook.operations.ticket_events import about, linked
from runbook.operations.tickets import CloseDuplicate, Intend, Push, Seek, current, intention, next_actions
from runbook.run.events import Event
from runbook.work.tickets.port import Denied, Patch, Port, TicketTrouble

if TYPE_CHECKING:
    from runbook.engine.worklist import Worklist
    from runbook.operations.item import Item


@dataclass(frozen=True, slots=True)
class Entry:
    """A ticket that is not as it should be."""

    item: Item
    mirror: Mirror
    state: str
    """`to be made`, `in doubt`, `to be changed` or `refused`."""
    at: int
    """When it is tried next; 0 when nobody will before it is asked for."""


def named(integrations: Mapping[str, Integration], name: str) -> Integration:
    """The integration of that name; `Misuse` when there is none."""
    if name not in integrations:
        help = suggestion(name, integrations, "describe it in operations/integrations")
        raise Misuse(f"there is no integration `{name}`", help)
    return integrations[name]


def outbox(worklist: Worklist, integrations: Mapping[str, Integration], now: int) -> list[Entry]:
    """All tickets that are on their way, in doubt, to be changed, or refused, in the order of their items."""
    found = [entry for item in _items(worklist, now) for entry in _entries(item, integrations)]
    return sorted(found, key=lambda each: (each.state != "refused", each.at, each.item.opened_at))


def _items(worklist: Worklist, now: int) -> Iterable[Item]:
    items = {item.id: item for item in worklist.open_items()}
    for id, events in worklist.streams.all(instant_of(max(0, now - RECENT))):
        items.setdefault(id, item_of(id, events))
    return items.values()


def _entries(item: Item, integrations: Mapping[str, Integration]) -> Iterable[Entry]:
    actions = next_actions(item, integrations.values())
    for action in actions:
        if isinstance(action, Intend):
            draft = dict(action.draft)
            yield Entry(
                item, Mirror(action.integration.id, action.key, action.purpose, draft, 0), "to be made", action.at
            )
    for mirror in mirrors_of(item).values():
        theirs = (each for each in actions if not isinstance(each, Intend))
        mine = next((each for each in theirs if each.mirror.key == mirror.key), None)
        if mirror.dead:
            yield Entry(item, mirror, "refused", 0)
        elif mirror.stage is Stage.UNKNOWN:
            yield Entry(item, mirror, "in doubt", mine.at if mine else 0)
        elif isinstance(mine, Seek):
            yield Entry(item, mirror, "to be made", mine.at)
        elif isinstance(mine, Push | CloseDuplicate):
            yield Entry(item, mirror, "to be changed", mine.at)


def retry(worklist: Worklist, integrations: Mapping[str, Integration], what: str, now: int) -> list[Entry]:
    """Try again what was refused: a key, the tickets of an item, or all of an integration; what that was."""
    refused = [entry for entry in outbox(worklist, integrations, now) if entry.state == "refused"]
    found = [each for each in refused if what in (each.mirror.key, each.item.id, each.mirror.integration)]
    if not found:
        known = ", ".join(dict.fromkeys(each.item.id for each in refused))
        help = f"what was refused: {known}" if known else "see `runbook outbox`"
        raise Misuse(f"nothing of `{what}` was refused", help)
    for entry in found:
        worklist.record(entry.item.id, [about(entry.mirror, "TicketRetried")])
    return found


def raise_by_hand(worklist: Worklist, integration: Integration, id: str, because: str) -> Mirror:
    """Let an item have a ticket, whatever else raises one; `Refused` when it has one, or is over."""
    item = worklist.item(id)
    if not item.is_open:
        raise Refused(f"{id} is {item.status}", f"runbook item reopen {id} REASON")
    if (there := current(item, integration.id)) is not None:
        raise Refused(f"{id} has a ticket in `{integration.id}`: {there.ref or there.key}", "see `runbook outbox`")
    action = intention(item, integration, because, 1)
    try:
        item = worklist.record(id, [_intended(integration, action.key, action.purpose, dict(action.draft), because)],
                               [f"ticket/{action.key}"])  # fmt: skip
    except Conflict:
        raise Refused(f"{id} has a ticket in `{integration.id}`", "see `runbook outbox`") from None
    return mirrors_of(item)[action.key]


def link(worklist: Worklist, integration: Integration, id: str, ref: str, port: Port) -> Mirror:
    """Make a ticket that is there the one of an item: it gets the key, so that it is found by it."""
    item = worklist.item(id)
    there = current(item, integration.id)
    if there is not None and there.stage is Stage.LINKED and there.ref != ref and not there.dead:
        raise Refused(f"{id} has a ticket in `{integration.id}`: {there.ref}", "an item has one ticket in a system")
    try:
        ticket = port.read(ref)
    except Denied as error:
        raise Misuse(
            f"there is no ticket `{ref}` in `{integration.id}`: {error}", "name it as it is called there"
        ) from None
    other = next((key for key in ticket.keys if key.startswith("rb-") and (there is None or key != there.key)), "")
    if other:
        raise Refused(
            f"{ref} is the ticket of another item: it bears {other}", "take that label off first, if it is wrong"
        )
    if there is None:
        action = intention(item, integration, "", 1)
        event = _intended(integration, action.key, action.purpose, {}, "linked by hand")
        there = mirrors_of(worklist.record(id, [event], [f"ticket/{action.key}"]))[action.key]
    marked = port.update(ref, Patch(marks=(there.key,)))
    return mirrors_of(worklist.record(id, [linked(there, marked if marked.values else ticket)]))[there.key]


def _intended(integration: Integration, key: str, purpose: str, draft: dict[str, object], because: str) -> Event:
    return Event("TicketIntended", data={
        "integration": integration.id, "key": key, "purpose": purpose, "draft": draft, "because": because,
    })  # fmt: skip


def findings(integration: Integration, port: Port) -> tuple[str, ...]:
    """What stands in the way of making tickets there, in words; nothing when all is well."""
    types = tuple(dict.fromkeys(integration.words.get("type", {}).values())) or ("",)
    try:
        return port.examine(types)
    except TicketTrouble as error:
        return (str(error),)
