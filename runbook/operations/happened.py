"""What the events of a work item say in the words of agreements and ladders: `opened`, `owned`, `waiting_requester`.

Rule 1: what was entered late counts when it happened, yet never before the item was opened; at one second, the order
  is that of the journal.
Rule 2: a wait ends with `resume_by` at the latest, to the second, whether or not anything was awake to say so.
Rule 17: an answer that nobody wrote is no first response.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from runbook.errors import ExpressionError
from runbook.instants import moment
from runbook.operations.seconds import seconds

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.events import Recorded

FACTS = ("kind", "service", "severity", "priority", "impact", "urgency", "process", "team", "scope", "class")
"""What an agreement or a ladder may match an item by."""

WORDS: Mapping[str, str] = {
    "opened": "the item was opened",
    "owned": "a person has it",
    "team_assigned": "a team has received it",
    "handed_over": "it was handed to somebody else",
    "started": "work on it has begun",
    "first_response": "a person has answered whoever asked",
    "update_sent": "a person has told whoever asked how it stands",
    "resolved": "it was resolved",
    "reopened": "it was reopened",
    "closed": "it was closed",
    "cancelled": "it was cancelled",
}
"""The words for what happens to an item, and what each says."""

_AUTOMATIC = frozenset({"auto", "automatic", "autoreply", "auto-reply"})


@dataclass(frozen=True, slots=True)
class Standstill:
    """Why an item does not go on: it waits for somebody, or is blocked; `until` is when a wait ends by itself."""

    sort: str
    reason: str
    party: str = ""
    until: int | None = None
    names: frozenset[str] = field(init=False, compare=False, repr=False)
    """What it is called in `pause_on`: `waiting`, `waiting_requester`, `blocked_supplier`."""

    def __post_init__(self) -> None:
        reason = self.reason.replace("-", "_").replace(" ", "_")
        object.__setattr__(self, "names", frozenset((self.sort, reason, f"{self.sort}_{reason}")))


class Moment(NamedTuple):
    """What is known of an item after one event: when, in which words, the facts, and why it stands still."""

    at: int
    seq: int
    event: str
    by: str
    data: Mapping[str, Json]
    words: frozenset[str]
    facts: Mapping[str, str]
    still: tuple[Standstill, ...]


def moments_of(events: Sequence[Recorded]) -> tuple[Moment, ...]:
    """The events of an item one after the other, as moments; the end of a wait by itself is one of its own."""
    return tuple(_moments(events))


def second_of(text: object) -> int | None:
    """The second of a time in an event; None for what is none."""
    try:
        return seconds(moment(str(text))) if text else None
    except ExpressionError:
        return None


def _moments(events: Sequence[Recorded]) -> Iterator[Moment]:
    facts: dict[str, str] = {}
    still: tuple[Standstill, ...] = ()
    opened = seconds(events[0].at) if events else 0
    before = Moment(opened, 0, "", "", {}, frozenset(), {}, ())
    timed = [(max(opened, seconds(each.at)), each) for each in events]
    for at, recorded in sorted(timed, key=lambda each: (each[0], each[1].seq)):
        for ended in _by_itself(before, at) if still else ():
            before, still = ended, ended.still
            yield ended
        type, data = recorded.event.type, recorded.event.data
        if changed := _facts(type, data):
            facts = {**facts, **changed}
        still = _still(type, data, still)
        before = Moment(at, recorded.seq, type, recorded.by, data, _words(type, data), facts, still)
        yield before
    yield from _by_itself(before, None)


def _by_itself(before: Moment, at: int | None) -> Iterator[Moment]:
    """The end of waits that nobody ended before an instant."""
    for each in sorted((each for each in before.still if each.until is not None), key=lambda each: each.until or 0):
        until = max(each.until or 0, before.at)
        if at is None or until <= at:
            left = tuple(other for other in before.still if other is not each)
            before = Moment(until, before.seq, "", "", {}, frozenset(), before.facts, left)
            yield before


def _facts(type: str, data: Mapping[str, Json]) -> dict[str, str]:
    """The facts that an event changes."""
    if type in ("ItemOpened", "ItemClassified"):
        return {name: str(data[name]) for name in FACTS if data.get(name)}
    if type in ("ItemAssigned", "ItemHandedOver") and (team := _team(data)):
        return {"team": team}
    return {}


def _team(data: Mapping[str, Json]) -> str:
    to = str(data.get("to") or "")
    return str(data.get("team") or (to.removeprefix("team:") if to.startswith("team:") else ""))


def _still(type: str, data: Mapping[str, Json], still: tuple[Standstill, ...]) -> tuple[Standstill, ...]:
    if type in ("ItemWaiting", "ItemBlocked"):
        sort = "waiting" if type == "ItemWaiting" else "blocked"
        reason = str(data.get("reason", "")).removeprefix(f"{sort}_")
        new = Standstill(sort, reason, str(data.get("party") or ""), second_of(data.get("resume_by")))
        return (*(each for each in still if each.sort != sort), new)
    if not still:
        return still
    if ended := _GOES_ON.get(type):
        return tuple(each for each in still if each.sort != ended)
    return () if type in ("ItemResolved", "ItemClosed", "ItemCancelled") else still


_GOES_ON = {"ItemResumed": "waiting", "ItemUnblocked": "blocked"}


def _words(type: str, data: Mapping[str, Json]) -> frozenset[str]:
    match type:
        case "ItemOpened":
            return _OPENED_FOR_TEAM if data.get("team") else _OPENED
        case "ItemClassified":
            return _RECEIVED if data.get("team") else _NOTHING
        case "ItemAssigned" | "ItemHandedOver":
            to, team = str(data.get("to") or ""), _team(data)
            found = _SAID.get(type, _NOTHING) | (_RECEIVED if team else _NOTHING)
            return found | _OWNED if to and not to.startswith("team:") else found
        case "ItemMoved":
            return _STARTED if data.get("state") == "active" else _NOTHING
        case "FirstResponse":
            return _NOTHING if data.get("how") in _AUTOMATIC else _ANSWERED
    return _SAID.get(type, _NOTHING)


_NOTHING: frozenset[str] = frozenset()
_OPENED, _RECEIVED, _OWNED = frozenset({"opened"}), frozenset({"team_assigned"}), frozenset({"owned"})
_STARTED, _ANSWERED = frozenset({"started"}), frozenset({"first_response"})
_OPENED_FOR_TEAM = _OPENED | _RECEIVED
_SAID: Mapping[str, frozenset[str]] = {
    "ItemHandedOver": frozenset({"handed_over"}),
    "UpdateSent": frozenset({"update_sent", "first_response"}),
    "ItemResolved": frozenset({"resolved", "first_response"}),
    "ItemReopened": frozenset({"reopened"}),
    "ItemClosed": frozenset({"closed"}),
    "ItemCancelled": frozenset({"cancelled"}),
}
"""What events say whatever they hold."""
