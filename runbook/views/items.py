"""Work items on a screen and for programs: one of them whole, many a line each, and what has happened to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from runbook.durations import in_words
from runbook.operations.item import Item
from runbook.operations.item_words import sentence
from runbook.operations.seconds import instant_of, seconds
from runbook.operations.wall import local
from runbook.views.lines import columns, shortened
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.run.events import Recorded
    from runbook.views.style import Style


def listed(items: Sequence[Item], now: int, style: Style) -> Iterator[str]:
    """The items, a line each, in the order they are given."""
    if not items:
        yield "There are no items."
    rows = [
        (item.id, item.priority, _stands(item), item.accountable or "-", _age(item, now), visible(item.title))
        for item in items
    ]
    widths = [max((columns(row[place]) for row in rows), default=0) for place in range(5)]
    for item, row in zip(items, rows, strict=True):
        cells = [cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=False)]
        flags = [style.paint("blocked", "31")] if item.blocked else []
        flags += [style.paint("waiting", "33")] if item.waiting else []
        flags += [style.paint("concern", "33")] if item.concerns() else []
        yield "  ".join([style.bold(cells[0]), *cells[1:], row[5]]) + (f"  [{', '.join(flags)}]" if flags else "")


def shown(item: Item, now: int, timezone: str, style: Style) -> Iterator[str]:
    """One item, whole."""
    yield f"{style.bold(item.id)}  {visible(item.title)}"
    words = (item.kind.replace("_", " "), item.severity, item.priority, item.item_class, item.demand)
    yield "  " + ", ".join(word for word in words if word and word != "standard")
    if item.description:
        yield from (f"  {visible(line)}" for line in item.description.splitlines())
    for name, value in item.fields.items():
        yield f"  {visible(name)}: {shortened(value)}"
    rows: list[tuple[str, str]] = [
        ("process", item.process),
        ("service", item.service),
        ("scope", "outside of the catalogue" if item.scope == "out" else ""),
        ("requester", item.requester),
        ("accountable", item.accountable or "nobody yet"),
        ("helpers", ", ".join(item.helpers)),
        ("board", f"{item.board}: {item.column}" if item.is_open else item.status),
        ("opened", f"{local(item.opened_at, timezone)} by {visible(item.opened_by)}"),
        ("due", local(item.due, timezone) if item.due else ""),
        ("parent", item.parent),
        ("budget", f"{item.budget_days:g} d" if item.budget_days else ""),
        ("result", visible(item.resolution)),
        ("proof", visible(item.proof)),
        ("reopened", f"{item.reopened} times" if item.reopened else ""),
    ]
    yield from (f"  {name:<12} {visible(text)}" for name, text in rows if text)
    for milestone in item.milestones:
        yield f"  milestone    {visible(milestone.title)}, {local(milestone.due, timezone)}"
    for link in item.links:
        yield f"  {link.relation.replace('_', ' '):<12} {link.what} {visible(link.id)}"
    yield from _hindrances(item, now, timezone, style)


def _hindrances(item: Item, now: int, timezone: str, style: Style) -> Iterator[str]:
    if block := item.blocked:
        who = f" ({visible(block.party)})" if block.party else ""
        check = f", next look {local(block.next_check, timezone)}" if block.next_check else ""
        yield style.paint(f"  blocked: {block.reason}{who} for {in_words(max(now - block.since, 0))}{check}", "31")
    if pause := item.waiting:
        until = local(pause.resume_by, timezone)
        yield style.paint(f"  waits for {visible(pause.party)}: {visible(pause.reason)}, until {until}", "33")
    for flag in item.flags:
        answer = flag.answer or f"not answered: runbook item answer {item.id} {flag.id} accept"
        yield f"  concern {flag.id}: {visible(flag.concern)} ({visible(flag.by)}) - {answer}"


def _stands(item: Item) -> str:
    return item.column or item.state if item.is_open else item.status


def _age(item: Item, now: int) -> str:
    return str(in_words(max((item.closed_at or item.resolved_at or now) - item.opened_at, 0)))


def logged(events: Sequence[Recorded], timezone: str) -> Iterator[str]:
    """What has happened to an item, a sentence each: when, who, and what they did."""
    for recorded in events:
        said = sentence(recorded, lambda second: local(second, timezone))
        yield f"{local(seconds(recorded.at), timezone)}  {visible(recorded.by):<12}  {visible(said)}"


_PLAIN = (
    "id", "kind", "title", "description", "process", "service", "scope", "severity", "impact", "urgency", "priority",
    "demand", "requester", "accountable", "team", "board", "column", "state", "status", "parent", "milestone",
    "disposition", "resolution", "proof", "cause", "rank", "reopened", "budget_days", "policies", "rev", "opened_by",
)  # fmt: skip
_TIMES = (
    "opened_at", "assigned_at", "committed_at", "started_at", "first_response_at", "moved_at", "resolved_at",
    "closed_at", "due", "rank_until",
)  # fmt: skip


def as_json(item: Item) -> dict[str, Any]:
    """An item for programs; times are instants, null for what has not happened."""
    found: dict[str, Any] = {name: getattr(item, name) for name in _PLAIN}
    found["class"] = item.item_class
    found |= {name: instant_of(time) if (time := getattr(item, name)) else None for name in _TIMES}
    found["helpers"] = list(item.helpers)
    found["fields"] = dict(item.fields)
    block, pause = item.blocked, item.waiting
    found["blocked"] = block and {
        "reason": block.reason, "party": block.party, "note": block.note, "since": instant_of(block.since),
        "next_check": instant_of(block.next_check) if block.next_check else None, "item": block.item,
    }  # fmt: skip
    found["waiting"] = pause and {
        "reason": pause.reason, "party": pause.party, "since": instant_of(pause.since),
        "resume_by": instant_of(pause.resume_by),
    }  # fmt: skip
    found["flags"] = [
        {"id": flag.id, "concern": flag.concern, "severity": flag.severity, "at": instant_of(flag.at), "by": flag.by,
         "answer": flag.answer, "note": flag.note}
        for flag in item.flags
    ]  # fmt: skip
    found["links"] = [{"relation": link.relation, link.what: link.id} for link in item.links]
    found["milestones"] = [{"title": each.title, "due": instant_of(each.due)} for each in item.milestones]
    return found


def event_as_json(recorded: Recorded) -> dict[str, Any]:
    """An event of an item for programs."""
    event = recorded.event
    return {"seq": recorded.seq, "at": recorded.at, "by": recorded.by, "type": event.type, "data": dict(event.data)}
