"""Who has to be told of an escalation, by which channel, and what they are told.

Rule 1: an escalation of which nobody has been told is told again, rather than not at all: a notice may come twice.
Rule 2: of rungs that came at the same time only the highest is told; what is older than a day is told to nobody.
Rule 3: what is not urgent waits until whoever is told is at work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.durations import in_words
from runbook.operations.department import each_in
from runbook.operations.integrations import source_of
from runbook.operations.item_words import sentence
from runbook.operations.seconds import instant_of, seconds

if TYPE_CHECKING:
    from runbook.operations.item import Item
    from runbook.operations.phrasing import Shown
    from runbook.organisation import Organisation, Person
    from runbook.outcome import Json
    from runbook.run.events import Recorded

OLDEST = 86_400
_LONGEST = 200
"""Characters that are told of what was done last."""
WAITS = (60, 300, 900, 3600)
"""Seconds after which a notice that was not taken is sent again; after the last one somebody has to look."""
_PART = re.compile(r"\{(person|name|email|phone|contact|secret)\}")
_PERSONAL = frozenset(("person", "name", "email", "phone", "contact"))


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach people, or a place where several read: `address` holds what is filled in, such as `{email}`."""

    id: str
    address: str
    auth: Mapping[str, Json]

    @property
    def personal(self) -> bool:
        """True for one that reaches a person, by something that is known of them."""
        return any(each in _PERSONAL for each in _PART.findall(self.address))

    def parts(self, person: Person | None, secret: str) -> list[Json] | None:
        """The address in parts, those that are filled in as values; None when something of it is not known."""
        known = {"secret": secret}
        if person is not None:
            known |= {"person": person.id, "name": person.name, "email": person.email}
            known |= {"phone": person.phone, "contact": person.contact}
        found: list[Json] = []
        at = 0
        for match in _PART.finditer(self.address):
            if not known.get(match[1]):
                return None
            found += [self.address[at : match.start()], {"value": known[match[1]]}]
            at = match.end()
        return [each for each in [*found, self.address[at:]] if each != ""]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one recipient over one channel."""

    rung: Recorded
    to: str
    channel: Channel | None
    """None when no channel reaches them."""
    at: int
    """When it may be sent."""
    tries: int = 0


def channels_of(data: Mapping[str, Json]) -> dict[str, Channel]:
    """The channels in the files of a department, by id."""
    found = {id: given or {} for id, given in each_in(data, "integrations")}
    return {
        id: Channel(id, given["url"], source_of(given.get("auth", {})))
        for id, given in found.items()
        if given.get("type") == "notify"
    }


def notices(
    item: Item,
    channels: Mapping[str, Channel],
    organisation: Organisation,
    now: int,
    held: Callable[[Recorded, str], int] = lambda rung, person: 0,
) -> Iterator[Notice]:
    """The notices that are still to be sent for an item; `held` tells until when one waits for somebody."""
    if not channels or not item.is_open:
        return
    done = {
        (each.event.data.get("of"), each.event.data.get("to"), each.event.data.get("channel"))
        for each in item.events
        if each.event.type == "NoticeSent" or (each.event.type == "NoticeFailed" and not each.event.data.get("again"))
    }
    for rung in _telling(item.events, now):
        for to in _listed(rung.event.data.get("to")):
            reaching: list[Channel | None] = [*_reaching(to, channels, organisation)]
            for channel in reaching or [None]:
                if (rung.seq, to, channel.id if channel else None) in done:
                    continue
                failed = _failed(item.events, rung.seq, to, channel)
                wait = seconds(failed[-1].at) + WAITS[min(len(failed), len(WAITS)) - 1] if failed else 0
                yield Notice(rung, to, channel, max(held(rung, to), wait), len(failed))


def _telling(events: Sequence[Recorded], now: int) -> Iterator[Recorded]:
    """The newest rungs, of each moment the one that is told: the last that was due."""
    fired: dict[str, Recorded] = {}
    for each in events:
        if each.event.type == "RungFired" and seconds(each.at) >= now - OLDEST:
            before = fired.get(each.at)
            if before is None or str(each.event.data.get("due_at", "")) >= str(before.event.data.get("due_at", "")):
                fired[each.at] = each
    yield from fired.values()


def _failed(events: Sequence[Recorded], of: int, to: str, channel: Channel | None) -> list[Recorded]:
    wanted = (of, to, channel.id if channel else None)
    return [
        each
        for each in events
        if each.event.type == "NoticeFailed"
        and (each.event.data.get("of"), each.event.data.get("to"), each.event.data.get("channel")) == wanted
    ]


def _reaching(to: str, channels: Mapping[str, Channel], organisation: Organisation) -> list[Channel]:
    """The channels that reach somebody: the one that is named, or all by which something is known of a person."""
    if to.startswith("channel:"):
        found = channels.get(to.removeprefix("channel:"))
        return [found] if found is not None and not found.personal else []
    person = organisation.people.get(to)
    if person is None:
        return []
    return [each for each in channels.values() if each.personal and each.parts(person, "x") is not None]


def _listed(to: object) -> tuple[str, ...]:
    return tuple(map(str, to)) if isinstance(to, (list, tuple)) else (str(to),) if to else ()


def said(item: Item, rung: Recorded, now: int, used: float | None = None, shown: Shown = instant_of) -> tuple[str, str]:
    """The title and the text of a notice: what, since when, who has it, what was done last, and what is to be done.

    `shown` is how a time is written for whoever reads it.
    """
    data = rung.event.data
    share = f", {used:.0%} of the time used" if used is not None else ""
    level = ", ".join(each for each in (item.severity, item.priority) if each)
    title = f"{item.id} {' '.join(item.title.split())[:120]}: {data.get('rung', '')}"
    last = next((each for each in reversed(item.events) if each.event.type not in _SILENT), item.events[0])
    lines = [
        f"{item.id} ({level}) is open for {in_words(max(0, now - item.opened_at))}{share}.",
        f"{' '.join(item.title.split())[:300]}",
        f"Accountable: {item.accountable or 'nobody yet'}.",
        f"Last, {shown(seconds(last.at))}: {last.by} {sentence(last, shown)[:_LONGEST]}",
    ]
    if item.blocked is not None:
        lines.append(
            f"Blocked: {item.blocked.reason}" + (f" ({item.blocked.party})" if item.blocked.party else "") + "."
        )
    if item.waiting is not None:
        lines.append(f"Waits for {item.waiting.party}: {item.waiting.reason}.")
    if data.get("type") == "hierarchical":
        lines.append("To be decided: who solves it, and by when.")
    else:
        lines.append(f"To be done: take it on, or say who does: runbook item assign {item.id} me")
    lines.append(f"Seen: runbook item ack {item.id} {data.get('rung', '')}")
    return title, "\n".join(lines)


_SILENT = frozenset((
    "RungFired", "ThresholdFired", "ClockFloored", "NoticeSent", "NoticeFailed", "EscalationHadNoTarget",
    "TicketIntended", "TicketAttempted", "TicketUnknown", "TicketPostponed", "TicketSynced", "TicketTold",
))  # fmt: skip
