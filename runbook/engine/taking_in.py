"""Takes in what has changed in tickets: recorded with the item they stand for, and asked of it like by anybody else.

Rule 1: the item is asked first, then it is recorded: told twice, the second time finds that it is so already.
Rule 2: of two tickets with one key the older stays, whichever was linked first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runbook.errors import Conflict, Misuse, Refused
from runbook.operations.board import board_for, boards_of
from runbook.operations.inbound import News, asked, compared, news_of
from runbook.operations.integrations import Integration
from runbook.operations.mirror import Mirror, Stage, mirrors_of
from runbook.operations.seconds import instant_of
from runbook.operations.ticket_events import about, change_told, duplicate, linked
from runbook.operations.tickets import current
from runbook.work.tickets.port import Change, Port, Ticket

if TYPE_CHECKING:
    from runbook.engine.ticket_ports import Veil
    from runbook.engine.worklist import Worklist
    from runbook.operations.item import Item
    from runbook.outcome import Json

Record = Callable[..., "Item"]


@dataclass(slots=True)
class TakingIn:
    """News of tickets, and the items they are for."""

    worklist: Worklist
    record: Record
    items: dict[str, Item]
    veil: Veil
    done: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def change(self, integration: Integration, change: Change, port: Port | None = None) -> None:
        """Take in one change that was asked for."""
        for key in change.ticket.keys:
            item = self.item_of(key)
            if item is not None and (mirror := mirrors_of(item).get(key)) is not None:
                self.items[item.id] = self._one(item, integration, mirror, change, port)

    def news(self, integrations: Mapping[str, Integration]) -> None:
        """Take in everything that was told to us and stands in the journal."""
        for id in list(self.items):
            for key, mirror in mirrors_of(self.items[id]).items():
                integration = integrations.get(mirror.integration)
                for told in mirror.news if integration is not None else ():
                    assert integration is not None
                    item = self.items[id]
                    self.items[id] = self._one(item, integration, mirrors_of(item)[key], change_told(told))

    def _one(
        self, item: Item, integration: Integration, mirror: Mirror, change: Change, port: Port | None = None
    ) -> Item:
        if mirror.integration != integration.id:
            return item
        newest = current(item, integration.id)
        if newest is None or newest.key != mirror.key:
            return self._seen(item, mirror, change.delivery)
        if mirror.stage is not Stage.LINKED:
            if mirror.stage is Stage.REFUSED or not mirror.tries or port is None:
                return self._seen(item, mirror, change.delivery)
            self.done.append(f"{item.id} is {change.ticket.ref.id} in {integration.id}")
            return self.record(item, linked(mirror, change.ticket))
        if change.ticket.ref.id != mirror.ref:
            if port is None:
                return self._seen(item, mirror, change.delivery)
            return self.duplicates(item, integration, mirror, (change.ticket,), port)
        change = replace(change, ticket=self._clean(change.ticket))
        news = news_of(item, integration, mirror, change)
        if not news:
            return self._seen(item, mirror, change.delivery)
        return self._taken(item, integration, mirror, change, news)

    def _seen(self, item: Item, mirror: Mirror, delivery: str) -> Item:
        """What was told is no news: that it was looked at is all there is to record."""
        if not delivery:
            return item
        return self.record(item, about(mirror, "TicketSynced", seen=True, delivery=delivery))

    def seen(self, item: Item, integration: Integration, mirror: Mirror, ticket: Ticket) -> Item:
        """Take in a ticket that was found to be another than the one that is known."""
        ticket = self._clean(ticket)
        news = compared(item, integration, mirror, ticket)
        if news:
            return self._taken(item, integration, mirror, Change(ticket), news)
        return self.record(item, about(mirror, "TicketSynced", seen=True, ref=mirror.ref, version=ticket.version))

    def rest(self, item: Item, integration: Integration, mirror: Mirror, ticket: Ticket) -> Item:
        """Take in what of a ticket is another than what we have just written."""
        ticket = self._clean(ticket)
        news = compared(item, integration, mirror, ticket) if ticket.version else None
        return self._taken(item, integration, mirror, Change(ticket), news) if news else item

    def duplicates(
        self, item: Item, integration: Integration, mirror: Mirror, found: Sequence[Ticket], port: Port
    ) -> Item:
        """Note the others among these tickets, which bear the same key: the oldest of all stays."""
        others = [each for each in found if each.ref.id != mirror.ref and each.ref.id not in mirror.duplicates]
        if not others:
            return item
        ours = next((each for each in found if each.ref.id == mirror.ref), None) or port.read(mirror.ref)
        oldest = min([ours, *others], key=lambda each: (each.created, len(each.ref.id), each.ref.id))
        events = [duplicate(mirror, each, oldest) for each in (ours, *others) if each.ref.id != oldest.ref.id]
        if oldest.ref.id != mirror.ref:
            events.append(linked(mirror, oldest))
        self.done.append(f"{item.id} has {len(others) + 1} tickets in {integration.id}: {oldest.ref.id} stays")
        return self.record(item, *events)

    def _taken(self, item: Item, integration: Integration, mirror: Mirror, change: Change, news: News) -> Item:
        refused: dict[str, Json] = {}
        board = board_for(boards_of(self.worklist.operations.data), item.team, item.board)
        for name, command in asked(item, integration, mirror, news, board):
            try:
                item = self.worklist.ask(item.id, command)
            except (Refused, Misuse, Conflict) as error:
                refused[name] = str(error)
                self.troubles.append(
                    f"{integration.id}: {item.id}: `{name}` of {mirror.ref} is not taken over: {error}"
                )
        told: dict[str, Json] = {"ref": mirror.ref, "closed": news.closed}
        if change.ticket.version:
            told["version"] = change.ticket.version
        if change.delivery:
            told["delivery"] = change.delivery
        events = []
        if news.agreed:
            events.append(about(mirror, "TicketSynced", **told, seen=True, patch=dict(news.agreed)))
        if news.changed:
            extra: dict[str, Json] = {"changed_at": instant_of(news.updated)} if news.updated else {}
            if refused:
                extra["refused"] = refused
            if change.by:
                extra["said_by"] = change.by
            taken = sorted({*news.taken} - {*refused})
            events.append(about(mirror, "TicketChanged", **told, **extra, patch=dict(news.changed), taken=taken))
            self.done.append(f"{mirror.ref} of {item.id} has changed in {integration.id}: {', '.join(news.changed)}")
        return self.record(item, *events)

    def _clean(self, ticket: Ticket) -> Ticket:
        """The ticket without secrets: somebody may have written one into it."""
        return replace(ticket, values=self.veil.json(ticket.values))

    def item_of(self, key: str) -> Item | None:
        """The item whose ticket has this key, which was written down with it before anything was asked for."""
        id = self.worklist.streams.keyed(f"ticket/{key}")
        return (self.items.get(id) or self.worklist.item(id)) if id else None
