"""Carries tickets out: what work items are to have elsewhere is made, kept in step, and what changes there is taken in.

Rule 1: what is to be done is in the journal before it is asked for: an end at any point loses and doubles nothing.
Rule 2: a system that can't be reached is left alone until the next time; all others go on.
Rule 3: `carry` may be called at any time, by one process at a time for each folder of runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from runbook.engine.taking_in import TakingIn
from runbook.errors import Conflict
from runbook.operations.integrations import Integration
from runbook.operations.item import item_of
from runbook.operations.mirror import mirrors_of
from runbook.operations.seconds import instant_of
from runbook.operations.ticket_events import about, duplicate, linked
from runbook.operations.tickets import (
    MOST_TRIES,
    Action,
    Check,
    CloseDuplicate,
    Intend,
    Push,
    Seek,
    draft_of,
    fingerprint,
    next_actions,
    plain,
)
from runbook.run.events import Event
from runbook.work.tickets.port import Denied, NotTaken, Patch, Port, Stale, TicketTrouble, Unknown

if TYPE_CHECKING:
    from runbook.engine.ticket_ports import Veil
    from runbook.engine.worklist import Worklist
    from runbook.operations.item import Item
    from runbook.outcome import Json

LATER = 60
"""Seconds after which a system that could not be reached is asked again."""
_MOST_WAIT = 3600
_GONE = 410
"""The status with which a system says that it takes nothing any more."""
RECENT = 30 * 86_400
"""Seconds for which what is over is still looked at."""
_BACK = 7 * 86_400
"""Seconds that are read again when nobody knows any more how far it was read."""
_PATIENCE = 3
"""Answers in a row that may fail to come before a system is left alone."""
_ROUNDS = 20
"""Things that are done about one item in one go."""


class Cursors(Protocol):
    """Where each system has been read to; what is lost of it is only read again."""

    def get(self, integration: str) -> tuple[str, int]:
        """The cursor, and when it was got; ("", 0) when there is none."""

    def set(self, integration: str, cursor: str, at: int) -> None:
        """Keep it."""


@dataclass(slots=True)
class Carried:
    """What was carried out, what could not be, and when there is more to do (0 when nothing is known of)."""

    done: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    next_at: int = 0

    def again_at(self, second: int) -> None:
        """There is something to do then."""
        self.next_at = min(self.next_at, second) if self.next_at else second

    def joined(self, other: Carried) -> Carried:
        """Both together."""
        both = Carried([*self.done, *other.done], [*self.troubles, *other.troubles], self.next_at)
        if other.next_at:
            both.again_at(other.next_at)
        return both


@dataclass(slots=True)
class _Outbox:
    """One pass."""

    worklist: Worklist
    opened: Callable[[Integration], Port]
    now: int
    veil: Veil
    failed: Callable[[Item], Iterable[str]]
    carried: Carried = field(default_factory=Carried)
    ports: dict[str, Port] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    """Systems that are left alone in this pass."""
    failures: dict[str, int] = field(default_factory=dict)
    """How often in a row each system did not answer."""

    def port(self, integration: Integration) -> Port:
        """The way to a system, opened once; `NotTaken` when it is not to be had."""
        if integration.id not in self.ports:
            try:
                self.ports[integration.id] = self.opened(integration)
            except NotTaken:
                self.down.add(integration.id)  # its secret is no more to be had for the next item
                raise
        return self.ports[integration.id]

    def trouble(self, integration: Integration, error: Exception, item: str = "") -> None:
        """Something could not be done."""
        about = f"{integration.id}: " + (f"{item}: " if item else "")
        self.carried.troubles.append(self.veil.text(f"{about}{error}"))

    def leave(self, integration: Integration, error: TicketTrouble) -> None:
        """Leave a system alone for a while, when it wants that, or has not answered several times in a row."""
        wait = getattr(error, "after", 0)
        failures = self.failures[integration.id] = self.failures.get(integration.id, 0) + 1
        if wait or failures >= _PATIENCE:
            self.down.add(integration.id)
        self.carried.again_at(self.now + max(wait, LATER))

    def record(self, item: Item, *events: Event, keys: Sequence[str] = ()) -> Item:
        """Write down what became of a ticket, without secrets."""
        veiled = [each._replace(data=self.veil.json(each.data)) for each in events]
        return self.worklist.record(item.id, veiled, keys)


def carry(
    worklist: Worklist,
    integrations: Mapping[str, Integration],
    opened: Callable[[Integration], Port],
    now: int,
    veil: Veil,
    cursors: Cursors,
    failed: Callable[[Item], Iterable[str]] = lambda item: (),
    poll: bool = False,
) -> Carried:
    """Do all that is due about tickets, once; `poll` asks every system for news, however recently it was asked."""
    if not integrations:
        return Carried()
    box = _Outbox(worklist, opened, now, veil, failed)
    items = items_with_tickets(worklist, now)
    try:
        active = _active(box, integrations, items)
        taking = TakingIn(worklist, box.record, items, veil)
        for integration in active.values():
            if integration.poll_every:
                _poll(box, taking, integration, cursors, poll)
        taking.news(active)
        box.carried.done += taking.done
        for id in list(items):
            _carry_item(box, taking, items[id], active)
        box.carried.done += [each for each in taking.done if each not in box.carried.done]
        box.carried.troubles += [veil.text(each) for each in taking.troubles]
    finally:
        for port in box.ports.values():
            port.close()
    return box.carried


def items_with_tickets(worklist: Worklist, now: int) -> dict[str, Item]:
    """The items that may have something to be carried out: all open ones, and those that have changed lately."""
    found = {item.id: item for item in worklist.open_items()}
    for id, events in worklist.streams.all(instant_of(max(0, now - RECENT))):
        if id not in found:
            found[id] = item_of(id, events)
    return found


def _active(box: _Outbox, integrations: Mapping[str, Integration], items: Mapping[str, Item]) -> dict[str, Integration]:
    """The systems that take something in; one that said it is gone takes nothing until somebody tries it again."""
    gone = {
        mirror.integration
        for item in items.values()
        for mirror in mirrors_of(item).values()
        if mirror.status == _GONE and mirror.dead
    }
    for id in sorted(gone & {*integrations}):
        box.carried.troubles.append(f"{id}: it takes nothing any more: runbook outbox --retry {id}")
    return {id: each for id, each in integrations.items() if id not in gone}


def _poll(box: _Outbox, taking: TakingIn, integration: Integration, cursors: Cursors, always: bool) -> None:
    """Ask a system what has changed, when it is time to."""
    cursor, at = cursors.get(integration.id)
    due = at + integration.poll_every
    if not always and at and due > box.now:
        box.carried.again_at(due)
        return
    try:
        port = box.port(integration)
        changes, after = port.changes(cursor or instant_of(max(0, box.now - _BACK)), box.now)
        for change in changes:
            taking.change(integration, change, port)
    except TicketTrouble as error:
        box.trouble(integration, error)
        box.leave(integration, error)
        return
    cursors.set(integration.id, after, box.now)
    box.carried.again_at(box.now + integration.poll_every)


def _carry_item(box: _Outbox, taking: TakingIn, item: Item, active: Mapping[str, Integration]) -> None:
    """Do what is due about the tickets of one item."""
    later: set[str] = set()
    for _ in range(_ROUNDS):
        actions = next_actions(item, active.values(), box.failed(item), _opening(box.worklist, item))
        action = next((each for each in actions if each.integration.id not in box.down | later), None)
        if action is None:
            return
        if action.at > box.now:
            box.carried.again_at(action.at)
            return
        try:
            item = _do(box, taking, item, action)
            if not isinstance(action, Intend):
                box.failures.pop(action.integration.id, None)
        except Conflict:
            item = box.worklist.item(item.id)  # somebody else was first
            box.carried.again_at(box.now + 1)
            return
        except TicketTrouble as error:  # it could not even be looked at: nothing is known to have changed
            box.trouble(action.integration, error, item.id)
            box.leave(action.integration, error)
            later.add(action.integration.id)
    box.carried.again_at(box.now + 1)


def _opening(worklist: Worklist, item: Item) -> set[str]:
    """The rungs of ladders that open a ticket, by the policies that the item is judged by."""
    if not any(each.event.type == "RungFired" for each in item.events):
        return set()
    ladders = worklist.judges.of(item).ladders
    return {rung.id for ladder in ladders for rung in ladder.rungs if "open_ticket" in rung.actions}


def _do(box: _Outbox, taking: TakingIn, item: Item, action: Action) -> Item:
    """Do one thing; the item as it is then."""
    match action:
        case Intend():
            return _intend(box, item, action)
        case Seek():
            return _seek(box, item, action)
        case Push():
            return _push(box, taking, item, action)
        case Check():
            port = box.port(action.integration)
            found = port.find(action.mirror.key)
            item = taking.duplicates(item, action.integration, action.mirror, found, port)
            return box.record(item, about(action.mirror, "TicketSynced", seen=True, checked=True))
    return _close_duplicate(box, item, action)


def _intend(box: _Outbox, item: Item, action: Intend) -> Item:
    data: dict[str, Json] = {
        "integration": action.integration.id, "key": action.key, "purpose": action.purpose,
        "draft": dict(action.draft), "because": action.because,
    }  # fmt: skip
    return box.record(item, Event("TicketIntended", data=data), keys=[f"ticket/{action.key}"])


def _seek(box: _Outbox, item: Item, action: Seek) -> Item:
    """Look for a ticket first, whatever is known; make it only where that is allowed, once."""
    integration, mirror = action.integration, action.mirror
    port = box.port(integration)
    found = port.find(mirror.key)
    if found:
        item = box.record(item, linked(mirror, found[0]))
        box.carried.done.append(f"{item.id} is {found[0].ref.id} in {integration.id}")
        return box.record(item, *(duplicate(mirror, each, found[0]) for each in found[1:])) if found[1:] else item
    attempts = sum(
        each.event.type == "TicketAttempted" and each.event.data.get("key") == mirror.key for each in item.events
    )
    if not action.may_make:
        missed = about(mirror, "TicketUnknown", misses=mirror.misses + 1)
        return box.record(item, missed, keys=[f"ticket/{mirror.key}/miss/{attempts}/{mirror.misses + 1}"])
    if mirror.tries >= MOST_TRIES:
        return box.record(item, about(mirror, "TicketRefused", reason=f"asked for {mirror.tries} times in vain"))
    attempt = about(mirror, "TicketAttempted", attempt=attempts + 1)
    item = box.record(item, attempt, keys=[f"ticket/{mirror.key}/attempt/{attempts + 1}"])
    try:
        ticket = port.create(mirror.key, draft_of(mirror.draft))
    except NotTaken as error:
        wait = max(error.after, min(LATER * 2**mirror.delays, _MOST_WAIT))
        box.trouble(integration, error, item.id)
        box.leave(integration, error)
        return box.record(item, about(mirror, "TicketPostponed", reason=str(error), until=instant_of(box.now + wait)))
    except Denied as error:
        box.trouble(integration, error, item.id)
        return box.record(item, about(mirror, "TicketRefused", reason=str(error), status=error.status))
    except Unknown as error:
        box.trouble(integration, error, item.id)
        return box.record(item, about(mirror, "TicketUnknown", misses=0, reason=str(error)))
    box.carried.done.append(f"{item.id} is {ticket.ref.id} in {integration.id}")
    return box.record(item, linked(mirror, ticket))


def _push(box: _Outbox, taking: TakingIn, item: Item, action: Push) -> Item:
    """Change a ticket; where somebody else was before us, take in what they did first."""
    integration, mirror, patch = action.integration, action.mirror, action.patch
    port = box.port(integration)
    try:
        ticket = port.update(mirror.ref, patch, mirror.version)
    except Stale as error:
        return taking.seen(item, integration, mirror, error.ticket)
    except Denied as error:
        box.trouble(integration, error, item.id)
        held = fingerprint(patch)
        return box.record(
            item,
            about(mirror, "TicketRefused", ref=mirror.ref, reason=str(error), status=error.status, held=held),
        )
    closed = ticket.closed or integration.closes(ticket.values.get("status", ""))
    synced = about(
        mirror, "TicketSynced", ref=mirror.ref, patch={name: plain(name, each) for name, each in patch.values.items()},
        comments=[each.key for each in patch.comments], closed=closed,
        **({"version": ticket.version} if ticket.version else {}),
    )  # fmt: skip
    box.carried.done.append(f"{mirror.ref} of {item.id} is in step in {integration.id}")
    item = box.record(item, synced)
    return taking.rest(item, integration, mirrors_of(item)[mirror.key], ticket)


def _close_duplicate(box: _Outbox, item: Item, action: CloseDuplicate) -> Item:
    mirror = action.mirror
    event: dict[str, Json] = {"ref": action.ref, "of": mirror.ref, "closed": True}
    try:
        box.port(action.integration).update(action.ref, Patch(duplicate_of=mirror.ref))
    except Denied as error:
        box.trouble(action.integration, error, item.id)
        event["reason"] = str(error)
    box.carried.done.append(f"{action.ref} is closed as a duplicate of {mirror.ref} in {action.integration.id}")
    return box.record(item, about(mirror, "TicketDuplicate", **event))
