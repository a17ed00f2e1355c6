"""What is to be done next about the tickets of a work item: made, looked for, changed, or put right.

Rule 1: a ticket whose making ended in no answer is looked for after 2, 10, 30 and 120 seconds, and made again only
after the last of these has found nothing.
Rule 2: one ticket is changed once a minute at most, with all that has changed; that a clock has moved changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.operations.integrations import TOLD, Integration, Rung, raised
from runbook.operations.mirror import WAITS, Mirror, Stage, comment_key, key_of, mirrors_of, purpose_of
from runbook.work.tickets.port import Comment, Draft, Patch

if TYPE_CHECKING:
    from runbook.operations.item import Item
    from runbook.outcome import Json
    from runbook.run.events import Recorded

QUIET = 60
"""Seconds between two changes of one ticket."""
MOST_TRIES = 5
"""How often a ticket is asked for before somebody has to look."""
CHECK = 600
"""Seconds after which a ticket that was asked for more than once is looked for again, for others like it."""
_TITLE, _TEXT, _COMMENT, _COMMENTS = 250, 30_000, 8_000, 20
_FOOTER = re.compile(r"\s*\n*— [A-Z]+-[0-9]+ of runbook[^\n]*\s*\Z")
SHARED = ("title", "description", "status", "priority", "assignee")
"""The fields that are kept in step."""


@dataclass(frozen=True, slots=True)
class Intend:
    """The item is to get a ticket: write down that it will."""

    integration: Integration
    key: str
    purpose: str
    draft: Mapping[str, Json]
    because: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Seek:
    """Look for the ticket, and make it when it is not there and may be made."""

    integration: Integration
    mirror: Mirror
    at: int

    @property
    def may_make(self) -> bool:
        """True when a miss now is the last one that was waited for."""
        return self.mirror.stage is Stage.INTENDED or self.mirror.misses + 1 >= len(WAITS)


@dataclass(frozen=True, slots=True)
class Push:
    """Change the ticket."""

    integration: Integration
    mirror: Mirror
    patch: Patch
    at: int


@dataclass(frozen=True, slots=True)
class Check:
    """Look for others with the same key."""

    integration: Integration
    mirror: Mirror
    at: int


@dataclass(frozen=True, slots=True)
class CloseDuplicate:
    """Close a ticket that was made by accident."""

    integration: Integration
    mirror: Mirror
    ref: str
    at: int = 0


Action = Intend | Seek | Push | Check | CloseDuplicate


def current(item: Item, integration: str) -> Mirror | None:
    """The newest ticket of an item in a system; None when it has none."""
    return next((each for each in reversed(mirrors_of(item).values()) if each.integration == integration), None)


def next_actions(
    item: Item, integrations: Iterable[Integration], failed: Iterable[str] = (), opening: Iterable[Rung] = ()
) -> tuple[Action, ...]:
    """What is to be done about the item's tickets, the soonest first, each with the second from which it may be."""
    mirrors, runs, rungs = mirrors_of(item), {*failed}, {*opening}
    found: list[Action] = []
    for integration in integrations:
        own = [each for each in mirrors.values() if each.integration == integration.id]
        if not own:
            seq, because = raised(item, integration, runs, rungs) if item.is_open and item.events else (0, "")
            if seq:
                found.append(intention(item, integration, because, 1))
            continue
        found += _of_mirror(item, integration, own[-1], len(own))
    return tuple(sorted(found, key=lambda each: each.at))


def _of_mirror(item: Item, integration: Integration, mirror: Mirror, cycle: int) -> Iterable[Action]:
    if mirror.stage is Stage.INTENDED:
        if item.is_open or mirror.tries:
            yield Seek(integration, mirror, mirror.until)
        return
    if mirror.stage is Stage.UNKNOWN:
        yield Seek(integration, mirror, mirror.at + WAITS[min(mirror.misses, len(WAITS) - 1)])
        return
    if mirror.stage is not Stage.LINKED:
        return
    for ref, done in mirror.duplicates.items():
        if not done:
            yield CloseDuplicate(integration, mirror, ref)
    if mirror.tries > 1 and not mirror.checked:
        yield Check(integration, mirror, mirror.linked_at + CHECK)
    if why := _too_late(item, integration, mirror):
        yield intention(item, integration, why, cycle + 1, mirror.ref)
        return
    patch = patch_for(item, integration, mirror)
    if patch and fingerprint(patch) != mirror.held:
        last = mirror.synced_at + QUIET if mirror.synced_at else 0
        yield Push(integration, mirror, patch, max(last, mirror.until))


def _too_late(item: Item, integration: Integration, mirror: Mirror) -> str:
    """Why the item needs another ticket: it was reopened when the one it has had been closed for too long."""
    if not mirror.closed_at or not item.is_open:
        return ""
    from runbook.operations.seconds import seconds

    for recorded in reversed(item.events):
        at = seconds(recorded.at)
        if recorded.event.type == "ItemReopened" and at > mirror.closed_at + integration.reopen_within:
            return f"reopened: {recorded.event.data.get('reason', '')}"
    return ""


def intention(item: Item, integration: Integration, because: str, cycle: int, relates: str = "") -> Intend:
    """That the item gets a ticket, with all that is in it."""
    purpose = purpose_of(integration.id, cycle)
    values = desired(item, integration)
    values.pop("status", None)
    draft = {**values, "type": integration.word("type", item.kind), "relates": relates}
    draft["description"] += f", because of {_line(because, 300)}" if because else ""
    kept: dict[str, Json] = {name: value for name, value in draft.items() if value}
    return Intend(integration, key_of(item, purpose), purpose, kept, because)


def draft_of(data: Mapping[str, Any]) -> Draft:
    """A ticket as it was intended."""
    return Draft(**{name: str(data.get(name, "")) for name in
                    ("title", "description", "type", "priority", "assignee", "relates")})  # fmt: skip


def desired(item: Item, integration: Integration) -> dict[str, str]:
    """What a ticket of the item says, in the words of the other side; a field without a word is left out."""
    states: tuple[str, ...] = (item.state,)
    if item.status == "cancelled":
        states = ("cancelled", "finished")
    elif not item.is_open:
        states = ("finished",)
    elif item.blocked is not None:
        states = ("blocked", item.state)
    elif item.waiting is not None:
        states = ("waiting", item.state)
    text = item.description.replace("\r\n", "\n").strip()[:_TEXT]
    footer = f"— {item.id} of runbook" + (f" ({item.severity} {item.kind})" if item.severity else f" ({item.kind})")
    values = {
        "title": _line(item.title, _TITLE),
        "description": f"{text}\n\n{footer}".lstrip(),
        "status": integration.word("status", *states),
        "priority": integration.word("priority", item.priority),
        "assignee": integration.words.get("assignee", {}).get(item.accountable, ""),
    }
    return {name: value for name, value in values.items() if value}


def plain(name: str, value: str) -> str:
    """A value of a ticket without what we put below it, in the form that two are compared in."""
    text = value.replace("\r\n", "\n").strip()
    return _FOOTER.sub("", text).strip() if name == "description" else text


def same(name: str, one: str, other: str) -> bool:
    """True when two values of a field mean the same."""
    return plain(name, one) == plain(name, other)


def patch_for(item: Item, integration: Integration, mirror: Mirror) -> Patch:
    """What of the ticket is to be another, and what is to be said in it."""
    values = {}
    wanted = desired(item, integration)
    if "status" not in wanted and item.is_open and mirror.closed_at:
        wanted["status"] = integration.word("status", "active", "committed", "new")
    for name, value in wanted.items():
        if not same(name, value, mirror.known.get(name, "")) and _ours_counts(item, integration, mirror, name, value):
            values[name] = value
    events = [*(each for each in item.events if each.seq > mirror.seq)]
    types = {TOLD[each] for each in integration.told} | {"TicketChanged"}
    comments = []
    for recorded in events:
        if recorded.event.type in types and (text := _comment(recorded)):
            key = comment_key(mirror, recorded)
            if key not in mirror.said:
                comments.append(Comment(key, text[:_COMMENT]))
    return Patch(values, tuple(comments[:_COMMENTS]))


def _ours_counts(item: Item, integration: Integration, mirror: Mirror, name: str, value: str) -> bool:
    """True when our value of a field takes the place of the one that is there."""
    if name in mirror.denied:
        return True
    if name == "status" and mirror.closed_at and not integration.closes(value) and _reopened(item) > mirror.closed_at:
        return True
    match integration.owner(name):
        case "ticket":
            return False
        case "raise_only":
            there, sent = mirror.known.get(name, ""), mirror.sent.get(name, "")
            return _higher(integration, name, value, there) and _higher(integration, name, value, sent)
        case "newest":
            return mirror.changed.get(name, 0) < changed_at(item, name)
    return True


def _reopened(item: Item) -> int:
    from runbook.operations.seconds import seconds

    return max((seconds(each.at) for each in item.events if each.event.type == "ItemReopened"), default=0)


def takes(item: Item, integration: Integration, mirror: Mirror, name: str, value: str, updated: int) -> bool:
    """True when what somebody has changed there becomes so here."""
    match integration.owner(name):
        case "ticket":
            return True
        case "raise_only":
            return _higher(integration, name, value, desired(item, integration).get(name, ""))
        case "newest":
            return updated >= changed_at(item, name)
    return False


def changed_at(item: Item, name: str) -> int:
    """When a field was last changed here, but not because it was changed there."""
    from runbook.operations.seconds import seconds

    types = {
        "title": ("ItemOpened", "ItemClassified"),
        "description": ("ItemOpened", "ItemClassified"),
        "priority": ("ItemOpened", "ItemClassified"),
        "assignee": ("ItemAssigned", "ItemHandedOver"),
    }.get(name, ("ItemOpened", "ItemMoved", "ItemResolved", "ItemReopened", "ItemCancelled", "ItemBlocked"))
    for recorded in reversed(item.events):
        data = recorded.event.data
        if recorded.event.type in types and (recorded.event.type != "ItemClassified" or name in data):
            return seconds(recorded.at)
    return 0


def _higher(integration: Integration, name: str, one: str, other: str) -> bool:
    """True when a word stands for more than another; those stand in the order in which the map names them."""
    words = [each for _, each in sorted(integration.words.get(name, {}).items())]
    if not other or other not in words:
        return True
    return one in words and words.index(one) < words.index(other)


def fingerprint(patch: Patch) -> str:
    """What one change is known by."""
    whole = json.dumps([sorted(patch.values.items()), [each.key for each in patch.comments]], ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]


def _comment(recorded: Recorded) -> str:
    """What is said in the ticket of an event; empty for those of which nothing is."""
    data = recorded.event.data
    match recorded.event.type:
        case "RungFired":
            to = data.get("to") or ()
            who = ", ".join(map(str, to)) if isinstance(to, (list, tuple)) else str(to)
            return f"Escalated: {data.get('rung', '')} of the ladder {data.get('ladder', '')}, told {who or 'nobody'}"
        case "UpdateSent":
            return str(data.get("text", ""))
        case "ItemResolved":
            proof = f"\n\nProof: {data['proof']}" if data.get("proof") else ""
            return f"Resolved: {data.get('resolution', '')}{proof}"
        case "ItemReopened":
            return f"Reopened: {data.get('reason', '')}"
        case "ItemBlocked":
            return f"Blocked: {data.get('reason', '')}" + (f" ({data['note']})" if data.get("note") else "")
        case "NoteAdded":
            return str(data.get("text", ""))
        case "TicketChanged" if data.get("refused"):
            return "Not taken over: " + "; ".join(f"{name}: {why}" for name, why in sorted(data["refused"].items()))
    return ""


def _line(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
