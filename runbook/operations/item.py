"""A work item as its events tell it: what it is, who has it, where it stands, and what keeps it from going on.

Rule 1: nothing of it is stored but its events; times are seconds, 0 for what has not happened.
Rule 2: an event type is a promise. It is never changed, only joined by a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from runbook.operations.seconds import seconds

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.events import Recorded

PREFIXES = {
    "incident": "INC", "request": "REQ", "problem": "PRB", "change": "CHG", "duty": "DTY", "project": "PRJ",
    "project_task": "TSK", "question": "QST",
}  # fmt: skip
"""The kinds of work items, each with what its ids begin with."""

RELATIONS = ("handles", "caused_by", "problem", "change", "parent", "duplicate", "relates")
"""How an item hangs together with a run, a ticket or another item."""

STATES = ("new", "committed", "active", "finished")
"""What a column of a board stands for."""


@dataclass(frozen=True, slots=True)
class Block:
    """What keeps an item from going on; it stays in its column meanwhile."""

    reason: str
    party: str
    note: str
    since: int
    next_check: int
    item: str
    """The item it waits for, when that is the reason."""


@dataclass(frozen=True, slots=True)
class Pause:
    """What an item waits for while its clocks may stand still, and until when at most."""

    reason: str
    party: str
    since: int
    resume_by: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A concern about an item, which has to be answered."""

    id: str
    concern: str
    severity: str
    at: int
    by: str
    answer: str = ""
    """`accept`, `act` or `escalate`; empty while nobody has answered."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What an item hangs together with: the id of a run, an item or a ticket (`what`)."""

    relation: str
    what: str
    id: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date that a project promises something for."""

    title: str
    due: int


@dataclass(frozen=True, slots=True)
class Item:
    """One work item."""

    id: str
    kind: str = ""
    title: str = ""
    description: str = ""
    fields: Mapping[str, Json] = field(default_factory=dict)
    process: str = ""
    service: str = ""
    scope: str = ""
    """`out` for work outside of the catalogue."""
    severity: str = ""
    impact: str = ""
    urgency: str = ""
    priority: str = ""
    """The base priority, `P1` to `P4`."""
    item_class: str = "standard"
    demand: str = ""
    """`planned` or `reactive`."""
    requester: str = ""
    accountable: str = ""
    helpers: tuple[str, ...] = ()
    team: str = ""
    board: str = ""
    column: str = ""
    state: str = "new"
    status: str = "open"
    """`open`, `resolved`, `closed` or `cancelled`."""
    blocked: Block | None = None
    waiting: Pause | None = None
    flags: tuple[Flag, ...] = ()
    links: tuple[Link, ...] = ()
    parent: str = ""
    milestone: str = ""
    milestones: tuple[Milestone, ...] = ()
    budget_days: float = 0.0
    due: int = 0
    """The date that was promised for it by hand."""
    rank: int = 0
    """Its place by hand, the lowest first; 0 when nobody ranked it."""
    rank_until: int = 0
    disposition: str = ""
    resolution: str = ""
    proof: str = ""
    cause: str = ""
    policies: str = ""
    """The hash of the policies and calendars that it is judged by."""
    rev: str = ""
    """The git commit they were read at; empty when there is none."""
    opened_by: str = ""
    opened_at: int = 0
    assigned_at: int = 0
    first_response_at: int = 0
    started_at: int = 0
    """When it was first in a column that work is done in."""
    committed_at: int = 0
    moved_at: int = 0
    """Since when it is in its column."""
    resolved_at: int = 0
    closed_at: int = 0
    reopened: int = 0
    """How often it was reopened."""
    events: tuple[Recorded, ...] = ()

    @property
    def is_open(self) -> bool:
        """True while there is work left in it."""
        return self.status == "open"

    def concerns(self) -> tuple[Flag, ...]:
        """The concerns nobody has answered yet."""
        return tuple(flag for flag in self.flags if not flag.answer)


def item_of(id: str, events: Iterable[Recorded]) -> Item:
    """The item that these events tell of, in their order."""
    told = tuple(events)
    values: dict[str, Any] = {"id": id, "events": told}
    for recorded in told:
        apply = _FOLD.get(recorded.event.type)
        if apply is not None:
            apply(values, recorded.event.data, seconds(recorded.at), recorded)
    return Item(**values)


_Values = dict[str, Any]
_Data = Mapping[str, Any]
_WORDS = (
    "kind", "title", "description", "process", "service", "scope", "severity", "impact", "urgency", "priority",
    "demand", "requester", "team", "parent", "milestone", "policies", "rev",
)  # fmt: skip


def _opened(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.update({word: data[word] for word in _WORDS if word in data})
    values.update(opened_at=at, opened_by=recorded.by, moved_at=at, fields=data.get("fields", {}))
    values["item_class"] = data.get("class", "standard")
    values["due"] = _time(data, "due")
    values["board"], values["column"] = data.get("board", ""), data.get("column", "")
    values["budget_days"] = data.get("budget_days", 0.0)
    if data.get("caused_by"):
        _link(values, Link("caused_by", "run", data["caused_by"]))


def _classified(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.update({word: data[word] for word in _WORDS if word in data})
    if "class" in data:
        values["item_class"] = data["class"]


def _assigned(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.update(accountable=data["to"], assigned_at=at)
    values["helpers"] = tuple(each for each in values.get("helpers", ()) if each != data["to"])


def _handed_over(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    _assigned(values, data, at, recorded)
    values["disposition"] = data.get("disposition", values.get("disposition", ""))


def _helped(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    others = tuple(each for each in values.get("helpers", ()) if each != data["person"])
    values["helpers"] = others if data.get("leaves") else (*others, data["person"])


def _moved(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.update(column=data["column"], state=data["state"], moved_at=at)
    values["board"] = data.get("board", values.get("board", ""))
    if data["state"] == "active":
        values.setdefault("started_at", at)
    if data["state"] in ("committed", "active"):
        values.setdefault("committed_at", at)


def _ranked(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.update(rank=data["rank"], rank_until=_time(data, "until"))


def _due(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values["due"] = _time(data, "due")


def _blocked(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    party, note, item = (data.get(word, "") for word in ("party", "note", "item"))
    values["blocked"] = Block(data["reason"], party, note, at, _time(data, "next_check"), item)


def _unblocked(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values["blocked"] = None


def _flagged(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    flag = Flag(data["flag"], data["concern"], data.get("severity", ""), at, recorded.by)
    values["flags"] = (*values.get("flags", ()), flag)


def _answered(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values["flags"] = tuple(
        replace(flag, answer=data["answer"], note=data.get("note", "")) if flag.id == data["flag"] else flag
        for flag in values.get("flags", ())
    )


def _waiting(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values["waiting"] = Pause(data["reason"], data["party"], at, _time(data, "resume_by"))


def _resumed(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values["waiting"] = None


def _responded(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.setdefault("first_response_at", at)


def _resolved(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.update({word: data[word] for word in ("resolution", "proof", "disposition", "cause") if word in data})
    values.update(status="resolved", resolved_at=at, blocked=None, waiting=None)


def _reopened(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.update(status="open", resolved_at=0, closed_at=0, reopened=values.get("reopened", 0) + 1)


def _closed(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.update(status="closed", closed_at=at)


def _cancelled(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.update(status="cancelled", state="finished", closed_at=at, blocked=None, waiting=None)


def _linked(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    what = next(each for each in ("run", "item", "ticket") if each in data)
    _link(values, Link(data["relation"], what, data[what]))
    if data["relation"] == "parent":
        values["parent"] = data[what]


def _link(values: _Values, link: Link) -> None:
    links = values.get("links", ())
    values["links"] = links if link in links else (*links, link)


def _ticket(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    _link(values, Link("relates", "ticket", str(data["ref"])))


def _milestone(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    others = tuple(each for each in values.get("milestones", ()) if each.title != data["milestone"])
    values["milestones"] = (*others, Milestone(data["milestone"], _time(data, "due")))


def _budget(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values["budget_days"] = data["days"]


def _restated(values: _Values, data: _Data, at: int, recorded: Recorded) -> None:
    values.update(policies=data["policies"], rev=data.get("rev", ""))


_FOLD: Mapping[str, Callable[[_Values, _Data, int, Recorded], None]] = {
    "ItemOpened": _opened,
    "ItemClassified": _classified,
    "ItemAssigned": _assigned,
    "ItemHandedOver": _handed_over,
    "ItemHelped": _helped,
    "ItemMoved": _moved,
    "ItemRanked": _ranked,
    "DueCommitted": _due,
    "ItemBlocked": _blocked,
    "ItemUnblocked": _unblocked,
    "ItemFlagged": _flagged,
    "FlagAnswered": _answered,
    "ItemWaiting": _waiting,
    "ItemResumed": _resumed,
    "FirstResponse": _responded,
    "ItemResolved": _resolved,
    "ItemReopened": _reopened,
    "ItemClosed": _closed,
    "ItemCancelled": _cancelled,
    "ItemLinked": _linked,
    "TicketLinked": _ticket,
    "MilestoneSet": _milestone,
    "BudgetSet": _budget,
    "PolicyRestated": _restated,
}

REMARKS = frozenset({
    "UpdateSent", "NoteAdded", "EvidenceAttached", "ThresholdFired", "RungFired", "EscalationAcknowledged",
    "EscalationSnoozed", "EscalationHadNoTarget", "WipExceeded", "ClockFloored", "TimeCorrected", "TicketIntended",
    "TicketAttempted", "TicketUnknown", "TicketPostponed", "TicketRefused", "TicketRetried", "TicketSynced",
    "TicketTold", "TicketChanged", "TicketDuplicate", "NoticeSent", "NoticeFailed",
})  # fmt: skip
"""The events that change nothing of the item itself; clocks, ladders and the outbox read them."""

EVENTS = frozenset(_FOLD) | REMARKS
"""Every type of event that an item can have."""


def _time(data: _Data, name: str) -> int:
    return seconds(data[name]) if data.get(name) else 0


def kind_of(id: str) -> str:
    """The kind of an item by its id; empty when no item is called so."""
    prefix, _, number = id.partition("-")
    return next((kind for kind, each in PREFIXES.items() if each == prefix and number.isdecimal()), "")


def is_stream(name: str) -> bool:
    """True for the id of a work item, and for `department`, whose events are a stream as well."""
    return name == "department" or bool(kind_of(name))


def last(events: Sequence[Recorded], *types: str) -> Recorded | None:
    """The newest event of one of these types."""
    return next((each for each in reversed(events) if each.event.type in types), None)
