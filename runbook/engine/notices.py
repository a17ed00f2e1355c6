"""Tells people of escalations: each notice is sent until a channel has taken it, and the journal says so.

Rule 1: a notice that may have been sent already is sent again: to be told twice is better than not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runbook.engine.outbox import Carried
from runbook.kind import WorkFailed
from runbook.operations.item import item_of
from runbook.operations.notices import OLDEST, WAITS, Channel, Notice, channels_of, notices, said
from runbook.operations.seconds import instant_of, seconds
from runbook.run.events import Event, Recorded
from runbook.work.notify import deliver
from runbook.work.tickets.port import NotTaken

if TYPE_CHECKING:
    from runbook.engine.ticket_ports import Ports
    from runbook.engine.worklist import Worklist
    from runbook.operations.item import Item
    from runbook.outcome import Json


def tell(worklist: Worklist, ports: Ports, now: int) -> Carried:
    """Send every notice that is due, once; what could not be sent is sent again later."""
    carried = Carried()
    channels = channels_of(worklist.operations.data)
    if not channels:
        return carried
    for id, events in worklist.streams.holding(("RungFired",), since=instant_of(max(0, now - OLDEST))):
        item = item_of(id, events)
        for notice in list(notices(item, channels, worklist.operations.organisation, now, _held(worklist, item))):
            if notice.at > now:
                carried.again_at(notice.at)
                continue
            worklist.record(item.id, [_sent(worklist, ports, item, notice, now, carried)])
    return carried


def _held(worklist: Worklist, item: Item) -> Callable[[Recorded, str], int]:
    """Until when a notice waits for somebody, by the ladder that the item is judged by."""
    judging = worklist.judges.of(item)
    urgent = {(ladder.id, rung.id) for ladder in judging.ladders for rung in ladder.rungs if rung.urgent}

    def until(rung: Recorded, person: str) -> int:
        data = rung.event.data
        if (data.get("ladder"), data.get("rung")) in urgent or person.startswith("channel:"):
            return 0
        return judging.directory.held_until(person, seconds(rung.at))

    return until


def _sent(worklist: Worklist, ports: Ports, item: Item, notice: Notice, now: int, carried: Carried) -> Event:
    """Send one notice; the event that says what came of it."""
    data = notice.rung.event.data
    about: dict[str, Json] = {
        "of": notice.rung.seq, "ladder": data.get("ladder"), "rung": data.get("rung"), "n": data.get("n", 0),
        "to": notice.to,
    }  # fmt: skip
    if notice.channel is None:
        carried.troubles.append(f"{item.id}: no channel reaches {notice.to}")
        return Event("NoticeFailed", data={**about, "reason": f"no channel reaches {notice.to}"})
    about["channel"] = notice.channel.id
    try:
        _deliver(worklist, ports, item, notice, notice.channel, now)
    except (WorkFailed, NotTaken) as error:
        reason = ports.veil.text(str(error))
        again = notice.tries + 1 <= len(WAITS)
        carried.troubles.append(f"{item.id}: {reason}")
        if again:
            carried.again_at(now + WAITS[notice.tries])
        return Event("NoticeFailed", data={**about, "reason": reason, **({"again": True} if again else {})})
    carried.done.append(f"{notice.to} is told of {item.id} over {notice.channel.id}: {data.get('rung')}")
    return Event("NoticeSent", data=about)


def _deliver(worklist: Worklist, ports: Ports, item: Item, notice: Notice, channel: Channel, now: int) -> None:
    person = worklist.operations.organisation.people.get(notice.to)
    address = channel.parts(person, ports.secret(channel.id, channel.auth))
    if address is None:
        raise WorkFailed(f"the address of `{channel.id}` can't be put together", "see its `auth`")
    clock = worklist.judges.governing(item, now)
    used = clock.used if clock is not None and clock.cycle else None
    title, text = said(item, notice.rung, now, used, worklist.judges.shown)
    urgency = "failure" if notice.rung.event.data.get("type") == "hierarchical" else "warning"
    request = {"channel": channel.id, "address": address, "title": title, "text": text, "urgency": urgency}
    deliver(request, shows=False)
