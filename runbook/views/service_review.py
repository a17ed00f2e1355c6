"""The review of a month as Markdown, and what work costs as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from runbook.operations.service_review import ServiceReview
from runbook.operations.wall import DAY, local
from runbook.views.lines import columns
from runbook.views.markdown import code
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.operations.costs import Cost

_NAME = re.compile("`([^`]+)`")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~])")


def as_markdown(review: ServiceReview, timezone: str) -> Iterator[str]:
    """The review for people."""
    who = f" with {_text(review.customer)}" if review.customer else ""
    yield f"# Service review {review.month}{who}"
    yield ""
    yield (
        f"Items: {review.opened} opened, {review.resolved} resolved, {review.reopened} reopened; "
        f"{review.open} open at the end."
    )
    yield from _part("Decisions needed", [f"- {_told(each)}" for each in review.decisions], "There are none.")
    yield from _part("Attainment", list(_attainment(review)), "No clock came to its end.")
    yield from _part("Top causes", list(_causes(review)), "There were no incidents.")
    yield from _part("Concerns", list(_concerns(review)), "Nobody raised one.")
    gaps = [f"- {_text(each.owner)}, {_text(each.name)}: {_told(each.why)}. {_told(each.help)}" for each in review.gaps]
    yield from _part("Gaps", gaps, "What is needed and what is given fit.")
    yield from _part("Next month's changes", list(_changes(review, timezone)), "None is planned.")


def _part(title: str, lines: Sequence[str], nothing: str) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from lines or [nothing]


def _attainment(review: ServiceReview) -> Iterator[str]:
    if review.attainment:
        yield "| Kind | Severity | Clock | Met | Of | Attainment | Agreed | Late |"
        yield "| --- | --- | --- | ---: | ---: | ---: | ---: | --- |"
    for row in review.attainment:
        of = row.met + row.breached + row.open_breached
        share = f"{(row.attainment or 0) * 100:.0f} %"
        marked = share if row.kept else f"**{share}**"
        kind, severity = (_text(each) for each in row.group)
        late = ", ".join(row.late[:5]) + (" ..." if len(row.late) > 5 else "")
        clock = _text(row.clock)
        yield f"| {kind} | {severity} | {clock} | {row.met} | {of} | {marked} | {row.objective} % | {late} |"


def _causes(review: ServiceReview) -> Iterator[str]:
    if review.causes:
        yield "| Cause | Incidents | Hours |"
        yield "| --- | ---: | ---: |"
    for each in review.causes:
        yield f"| {_text(each.name)} | {each.incidents} | {each.hours:.1f} |"


def _concerns(review: ServiceReview) -> Iterator[str]:
    for each in review.concerns:
        said = f"{each.answer}{f': {each.note}' if each.note else ''}" if each.answer else "not answered"
        severity = f" ({_text(each.severity)})" if each.severity else ""
        yield f"- {each.item} {_text(each.title)}{severity}: {_text(each.text)}, by {_text(each.by)}; {_text(said)}"


def _changes(review: ServiceReview, timezone: str) -> Iterator[str]:
    for each in review.changes:
        when = local(each.due, timezone, DAY) if each.due else "no date"
        service = f", {_text(each.service)}" if each.service else ""
        yield f"- {each.item} {_text(each.title)} ({when}{service})"


def _text(said: str) -> str:
    """What somebody wrote, as text of one line in Markdown."""
    return _escaped(" ".join(said.split()))


def _told(said: str) -> str:
    """A sentence of ours: the names in it are code, and what else is in it is text."""
    pieces = _NAME.split(" ".join(said.split()))
    return "".join(str(code(piece)) if at % 2 else _escaped(piece) for at, piece in enumerate(pieces))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", visible(text))


def costs(found: Sequence[Cost], by: str, days: int) -> Iterator[str]:
    """What work costs, a line each, and all of it."""
    if not found:
        yield f"Nobody was at anything in the last {days} days."
        return
    width = max(len("total"), *(columns(visible(each.name)) for each in found))
    yield f"{by:<{width}}  items   runs    hours       cost"
    for each in found:
        name = visible(each.name)
        yield _cost(f"{name}{' ' * (width - columns(name))}", each.items, each.runs, each.hours, each.cost)
    whole = None if any(each.cost is None for each in found) else sum(each.cost or 0.0 for each in found)
    hours = sum(each.hours for each in found)
    items, runs = sum(each.items for each in found), sum(each.runs for each in found)
    yield _cost(f"{'total':<{width}}", items, runs, hours, whole)
    unknown = sorted({person for each in found for person in each.without_rate})
    if unknown:
        yield f"No rate is known of {visible(', '.join(unknown[:10]))}; see operations/policies/capacity.yaml"


def _cost(name: str, items: int, runs: int, hours: float, cost: float | None) -> str:
    price = "-" if cost is None else f"{cost:.2f}"
    return f"{name}  {items:>5}  {runs:>5}  {hours:>7.1f}  {price:>9}"


def costs_as_json(found: Sequence[Cost], by: str, days: int) -> dict[str, Any]:
    """The same for programs."""
    return {
        "by": by,
        "days": days,
        "costs": [
            {
                "name": each.name,
                "items": each.items,
                "runs": each.runs,
                "hours": round(each.hours, 3),
                "cost": None if each.cost is None else round(each.cost, 2),
                "without_rate": list(each.without_rate),
            }
            for each in found
        ],
    }
