"""The review of a month with those the department works for: what was kept, what went wrong and why, what is to decide.

Rule 1: it tells a month as it was at its end: what happened afterwards changes nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.operations.attainment import Judged, Row, attained
from runbook.operations.item import Item, item_of
from runbook.operations.seconds import instant_of, seconds

if TYPE_CHECKING:
    from runbook.operations.agreements import Policy
    from runbook.operations.clock import Clock
    from runbook.operations.interfaces import Gap

_CAUSES = 10
_NAMED = 5
"""Items that are named of those that something happened to."""
Ladders = Callable[[Item, int], str]
"""The ladder on which an item was at a second; empty for none."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why incidents came: how many, and how many hours they took."""

    name: str
    incidents: int
    hours: float


@dataclass(frozen=True, slots=True)
class Concern:
    """A concern that somebody raised in the month, or that was not answered at its end."""

    item: str
    title: str
    flag: str
    text: str
    severity: str
    by: str
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A change that is to come in the month after."""

    item: str
    title: str
    due: int
    service: str


@dataclass(frozen=True, slots=True)
class ServiceReview:
    """One month of the department, or of one customer of it."""

    month: str
    customer: str
    start: int
    end: int
    opened: int
    resolved: int
    reopened: int
    open: int
    attainment: tuple[Row, ...]
    """By kind and severity."""
    causes: tuple[Cause, ...]
    concerns: tuple[Concern, ...]
    gaps: tuple[Gap, ...]
    changes: tuple[Planned, ...]
    decisions: tuple[str, ...]


def as_it_was(item: Item, end: int) -> Item | None:
    """An item as it was at a second; None when it was not there yet."""
    events = [each for each in item.events if seconds(each.at) < end]
    if len(events) == len(item.events):
        return item
    return item_of(item.id, events) if events else None


def review_of(
    month: tuple[str, int, int, int],
    customer: str,
    items: Iterable[Item],
    clocks: Callable[[Item, int], Sequence[Clock]],
    policy: Policy,
    hours: Mapping[str, float],
    gaps: Sequence[Gap] = (),
    suggested: Sequence[str] = (),
    ladder: Ladders = lambda item, at: "",
) -> ServiceReview:
    """The review of a month, as (name, beginning, end, end of the next one); `hours` are those of each item."""
    name, start, end, later = month
    known = [was for each in items if (was := as_it_was(each, end)) is not None]
    objectives = {each.id: each.attainment for each in policy.agreements}
    judged = (Judged(each.id, {"kind": each.kind, "severity": each.severity}, clocks(each, end), "") for each in known)
    rows = attained(judged, ("kind", "severity"), start, end, objectives)
    rows = tuple(row for row in rows if row.attainment is not None)
    concerns = tuple(_concerns(known, start, end))
    return ServiceReview(
        name,
        customer,
        start,
        end,
        sum(start <= each.opened_at < end for each in known),
        sum(start <= each.resolved_at < end for each in known),
        sum(_happened(each, "ItemReopened", start, end) for each in known),
        sum(each.is_open for each in known),
        rows,
        tuple(_causes(known, start, end, hours)),
        concerns,
        tuple(gaps),
        tuple(_changes(known, end, later)),
        tuple(_decisions(rows, concerns, known, start, end, gaps, suggested, ladder)),
    )


def _happened(item: Item, type: str, start: int, end: int) -> int:
    return sum(each.event.type == type and start <= seconds(each.at) < end for each in item.events)


def _causes(items: Iterable[Item], start: int, end: int, hours: Mapping[str, float]) -> Iterable[Cause]:
    many: Counter[str] = Counter()
    took: Counter[str] = Counter()
    for each in items:
        if each.kind == "incident" and start <= each.opened_at < end and each.status != "cancelled":
            cause = each.cause or each.service or each.process or "not known"
            many[cause] += 1
            took[cause] += round(hours.get(each.id, 0.0) * 3600)
    ranked = sorted(many, key=lambda cause: (-many[cause], -took[cause], cause))
    return (Cause(cause, many[cause], took[cause] / 3600) for cause in ranked[:_CAUSES])


def _concerns(items: Iterable[Item], start: int, end: int) -> Iterable[Concern]:
    for item in items:
        for flag in item.flags:
            if start <= flag.at < end or (not flag.answer and item.is_open):
                yield Concern(
                    item.id, item.title, flag.id, flag.concern, flag.severity, flag.by, flag.answer, flag.note
                )


def _changes(items: Iterable[Item], end: int, later: int) -> Iterable[Planned]:
    coming = [each for each in items if each.kind == "change" and each.is_open and (not each.due or each.due < later)]
    return (
        Planned(each.id, each.title, each.due, each.service)
        for each in sorted(coming, key=lambda each: (each.due or later, each.opened_at))
    )


def _decisions(
    rows: Sequence[Row],
    concerns: Sequence[Concern],
    items: Sequence[Item],
    start: int,
    end: int,
    gaps: Sequence[Gap],
    suggested: Sequence[str],
    ladder: Ladders,
) -> Iterable[str]:
    for row in rows:
        if not row.kept and row.attainment is not None:
            what = " ".join(each for each in row.group if each != "-")
            share = f"{row.attainment * 100:.0f} % met, {row.objective} % agreed"
            yield f"{row.clock} of {what}: {share}; more means, or another target?"
    for each in concerns:
        if not each.answer:
            yield f"{each.item}: answer the concern {each.flag}: {each.text}"
        elif each.answer == "escalate":
            yield f"{each.item}: a concern was escalated: {each.text}"
    yield from _unheard(items, start, end, ladder)
    if gaps:
        yield f"{len(gaps)} place{'' if len(gaps) == 1 else 's'} where what is needed and what is given do not fit"
    yield from suggested


def _unheard(items: Iterable[Item], start: int, end: int, ladder: Ladders) -> Iterable[str]:
    """The rungs that reached nobody, each once with how often that was, and of which items."""
    told: dict[tuple[str, str], Counter[str]] = {}
    for item in sorted(items, key=lambda each: each.opened_at):
        for each in item.events:
            if each.event.type == "EscalationHadNoTarget" and start <= (at := seconds(each.at)) < end:
                told.setdefault((ladder(item, at), str(each.event.data["rung"])), Counter())[item.id] += 1
    for (name, rung), times in sorted(told.items(), key=lambda each: (-each[1].total(), each[0])):
        known = [*times]
        named = ", ".join(known[:_NAMED]) + (f" and {len(known) - _NAMED} more" if len(known) > _NAMED else "")
        often = "once" if times.total() == 1 else f"{times.total()} times"
        where = f" of the ladder {name}" if name else ""
        yield f"the escalation {rung}{where} reached nobody, {often}: {named}; who is to be told?"


def of_customer(items: Iterable[Item], customer: str, teams: Mapping[str, Sequence[str]]) -> list[Item]:
    """The items of a customer: asked for by them, by somebody of their team, or marked with their name."""
    return [
        each
        for each in items
        if customer in (each.requester, *teams.get(each.requester, ())) or each.fields.get("customer") == customer
    ]


def to_json(review: ServiceReview) -> dict[str, object]:
    """The review for programs; times are instants."""
    return {
        "month": review.month,
        "customer": review.customer,
        "from": instant_of(review.start),
        "until": instant_of(review.end),
        "opened": review.opened,
        "resolved": review.resolved,
        "reopened": review.reopened,
        "open": review.open,
        "attainment": [
            {
                "kind": row.group[0],
                "severity": row.group[1],
                "clock": row.clock,
                "met": row.met,
                "breached": row.breached,
                "open_breached": row.open_breached,
                "attainment": row.attainment,
                "objective": row.objective,
                "late": row.late,
            }
            for row in review.attainment
        ],
        "causes": [{"cause": each.name, "incidents": each.incidents, "hours": each.hours} for each in review.causes],
        "concerns": [
            {
                "item": each.item,
                "title": each.title,
                "flag": each.flag,
                "concern": each.text,
                "severity": each.severity,
                "by": each.by,
                "answer": each.answer,
                "note": each.note,
            }
            for each in review.concerns
        ],
        "gaps": [
            {"sort": each.sort.value, "owner": each.owner, "name": each.name, "why": each.why, "help": each.help}
            for each in review.gaps
        ],
        "changes": [
            {
                "item": each.item,
                "title": each.title,
                "due": instant_of(each.due) if each.due else "",
                "service": each.service,
            }
            for each in review.changes
        ],
        "decisions": list(review.decisions),
    }


__all__ = [
    "Cause",
    "Concern",
    "Planned",
    "ServiceReview",
    "as_it_was",
    "of_customer",
    "review_of",
    "to_json",
]
