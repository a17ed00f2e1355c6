"""How a work item stands in another system, as its events tell: what was to be made, what is there, what is known.

Rule 1: that a ticket is about to be made is written before it is asked for, so that no end of a program hides it.
Rule 2: who wrote the intention decides its key, for ever: the same item gets the same key for the same purpose.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from runbook.operations.seconds import seconds

if TYPE_CHECKING:
    from runbook.operations.item import Item
    from runbook.outcome import Json
    from runbook.run.events import Recorded

WAITS = (2, 10, 30, 120)
"""Seconds that are waited before each look for a ticket of which nobody knows whether it was made."""


class Stage(enum.Enum):
    """How far a ticket has come."""

    INTENDED = "intended"
    UNKNOWN = "unknown"
    """It was asked for, and nobody knows whether it is there."""
    LINKED = "linked"
    REFUSED = "refused"
    """The other side will not make it: somebody has to look."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """One item in one system."""

    integration: str
    key: str
    purpose: str
    draft: Mapping[str, Json]
    seq: int
    """The number of the event that it was intended by."""
    stage: Stage = Stage.INTENDED
    at: int = 0
    """When it came to this stage, or was last looked for."""
    tries: int = 0
    """How often it was asked for."""
    misses: int = 0
    """How often it was looked for in vain since."""
    until: int = 0
    """Before when it is not tried again."""
    delays: int = 0
    """How often in a row nobody took it in."""
    ref: str = ""
    url: str = ""
    version: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    """The ticket's values as last known, in the words of the other side."""
    sent: Mapping[str, str] = field(default_factory=dict)
    """The values that we have last sent."""
    changed: Mapping[str, int] = field(default_factory=dict)
    """When somebody there has last changed each field."""
    denied: frozenset[str] = frozenset()
    """Fields whose last change there was not taken over, so that ours is sent again."""
    said: frozenset[str] = frozenset()
    """The keys of comments that are there."""
    synced_at: int = 0
    linked_at: int = 0
    closed_at: int = 0
    """Since when it is closed there; 0 while it is open."""
    checked: bool = False
    """True when it was looked for once more after it had been asked for several times."""
    duplicates: Mapping[str, bool] = field(default_factory=dict)
    """Other tickets with our key, each with whether it was closed."""
    news: tuple[Mapping[str, Json], ...] = ()
    """What was told of it and has not been looked at."""
    reason: str = ""
    """Why it was refused."""
    status: int = 0
    """The status that it was refused with."""
    held: str = ""
    """The change that was refused, by its fingerprint."""

    @property
    def dead(self) -> bool:
        """True when nothing goes on with it before somebody has looked."""
        return self.stage is Stage.REFUSED or bool(self.held)


def key_of(item: Item, purpose: str) -> str:
    """The key of an item's ticket: the same for the same item of the same journal and the same purpose."""
    first = item.events[0]
    whole = f"{first.at} {first.by} {first.where}|{item.id}|{purpose}"
    return "rb-" + hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def comment_key(mirror: Mirror, recorded: Recorded) -> str:
    """The key of the comment that tells of an event."""
    return "rb-" + hashlib.sha256(f"{mirror.key}|{recorded.seq}".encode()).hexdigest()[:12]


def purpose_of(integration: str, cycle: int) -> str:
    """What a ticket is for: the first of an item is its integration's, others have a number."""
    return integration if cycle == 1 else f"{integration}/{cycle}"


def mirrors_of(item: Item) -> dict[str, Mirror]:
    """The item's tickets by key, in the order in which they were intended."""
    found: dict[str, Mirror] = {}
    for recorded in item.events:
        if not recorded.event.type.startswith("Ticket"):
            continue
        data = recorded.event.data
        key = str(data.get("key", ""))
        if recorded.event.type == "TicketIntended":
            found[key] = Mirror(data["integration"], key, data.get("purpose", ""), data.get("draft", {}), recorded.seq)
        elif key in found and (apply := _FOLD.get(recorded.event.type)):
            found[key] = apply(found[key], data, seconds(recorded.at))
    return found


_Data = Mapping[str, Any]


def _attempted(mirror: Mirror, data: _Data, at: int) -> Mirror:
    return replace(mirror, stage=Stage.UNKNOWN, at=at, tries=mirror.tries + 1, misses=0, until=0)


def _unknown(mirror: Mirror, data: _Data, at: int) -> Mirror:
    return replace(mirror, stage=Stage.UNKNOWN, at=at, misses=int(data.get("misses", 0)))


def _postponed(mirror: Mirror, data: _Data, at: int) -> Mirror:
    stage = Stage.INTENDED if mirror.stage is Stage.UNKNOWN else mirror.stage
    return replace(mirror, stage=stage, at=at, until=seconds(data["until"]), delays=mirror.delays + 1)


def _linked(mirror: Mirror, data: _Data, at: int) -> Mirror:
    values = data.get("values", {})
    sent = {name: value for name, value in mirror.draft.items() if isinstance(value, str) and value}
    return replace(
        mirror, stage=Stage.LINKED, at=at, linked_at=at, ref=data["ref"], url=data.get("url", ""), delays=0, until=0,
        version=data.get("version", ""), known=values, sent=sent if mirror.tries else {}, reason="", status=0, held="",
        closed_at=at if data.get("closed") else 0,
        duplicates={ref: done for ref, done in mirror.duplicates.items() if ref != data["ref"]},
    )  # fmt: skip


def _synced(mirror: Mirror, data: _Data, at: int) -> Mirror:
    patch = data.get("patch", {})
    sent = {} if data.get("seen") else patch
    return replace(
        mirror, version=data.get("version", mirror.version), known={**mirror.known, **patch}, delays=0, until=0,
        sent={**mirror.sent, **sent}, denied=mirror.denied - {*sent},
        said=mirror.said | {*data.get("comments", ())}, synced_at=mirror.synced_at if data.get("seen") else at,
        checked=mirror.checked or bool(data.get("checked")), closed_at=_closed_at(mirror, data, at),
        reason="", status=0, held="", news=_without(mirror, data),
    )  # fmt: skip


def _changed(mirror: Mirror, data: _Data, at: int) -> Mirror:
    patch = data.get("patch", {})
    when = seconds(data["changed_at"]) if data.get("changed_at") else at
    return replace(
        mirror, version=data.get("version", mirror.version), known={**mirror.known, **patch},
        changed={**mirror.changed, **dict.fromkeys(patch, when)},
        denied=(mirror.denied - {*patch}) | {*data.get("refused", {})}, closed_at=_closed_at(mirror, data, at),
        news=_without(mirror, data),
    )  # fmt: skip


def _closed_at(mirror: Mirror, data: _Data, at: int) -> int:
    """Since when it is closed, by an event that says whether it is; others change nothing about it."""
    if "closed" not in data:
        return mirror.closed_at
    return (mirror.closed_at or at) if data["closed"] else 0


def _without(mirror: Mirror, data: _Data) -> tuple[Mapping[str, Json], ...]:
    return tuple(each for each in mirror.news if each.get("delivery") != data.get("delivery"))


def _told(mirror: Mirror, data: _Data, at: int) -> Mirror:
    return replace(mirror, news=(*mirror.news, data))


def _duplicate(mirror: Mirror, data: _Data, at: int) -> Mirror:
    return replace(mirror, duplicates={**mirror.duplicates, data["ref"]: bool(data.get("closed"))})


def _refused(mirror: Mirror, data: _Data, at: int) -> Mirror:
    told = {"reason": data.get("reason", ""), "status": data.get("status", 0), "at": at}
    if mirror.stage is Stage.LINKED:
        return replace(mirror, held=data.get("held", "?"), **told)
    return replace(mirror, stage=Stage.REFUSED, **told)


def _retried(mirror: Mirror, data: _Data, at: int) -> Mirror:
    stage = Stage.INTENDED if mirror.stage is Stage.REFUSED else mirror.stage
    return replace(mirror, stage=stage, at=at, until=0, delays=0, tries=0, reason="", status=0, held="")


_FOLD = {
    "TicketAttempted": _attempted,
    "TicketUnknown": _unknown,
    "TicketPostponed": _postponed,
    "TicketLinked": _linked,
    "TicketSynced": _synced,
    "TicketChanged": _changed,
    "TicketTold": _told,
    "TicketDuplicate": _duplicate,
    "TicketRefused": _refused,
    "TicketRetried": _retried,
}
