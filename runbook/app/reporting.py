"""Reports for the business: the review of a month, what work costs, and what was agreed as objects of OpenSLO."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import MachineRefuses, Misuse

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from runbook.operations.costs import Cost
    from runbook.operations.item import Item
    from runbook.operations.scene import Scene
    from runbook.operations.service_review import ServiceReview
    from runbook.outcome import Json

_LOOKS_BACK = 30
"""Days before a month from which items that ended are still looked at."""


def service_review(workspace: Workspace, month: str = "", customer: str = "") -> ServiceReview:
    """The review of a month, the last whole one when none is named; of one customer, or of all."""
    from runbook.app.cataloguing import gaps
    from runbook.app.flow import scene
    from runbook.app.worklists import operations, worklist
    from runbook.diagnostics import suggestion
    from runbook.operations.agreements import agreements_of
    from runbook.operations.catalogue import department_of
    from runbook.operations.seconds import seconds
    from runbook.operations.service_review import of_customer, review_of

    known = operations(workspace)
    now = seconds(workspace.clock())
    customers = department_of(known.data).customers
    if customer and customers and customer not in customers:
        raise Misuse(f"there is no customer `{customer}`", suggestion(customer, customers, "see `runbook scope`"))
    zone = scene(workspace, days=1).zone
    span = _month(month, now, zone)
    days = max(1, (now - span[1]) // 86400 + _LOOKS_BACK)
    if span[1] >= now or days > 1000:
        raise Misuse(f"`{span[0]}` can't be reviewed", "name a month that has begun, of the last years")
    found = scene(workspace, days=days)
    span = (span[0], span[1], min(span[2], now + 1), span[3])  # a month that is not over is told as it is now
    items: list[Item] = [each.item for each in found.courses]
    if customer:
        teams = {id: person.teams for id, person in known.organisation.people.items()}
        items = of_customer(items, customer, teams)
    lacking, _ = gaps(workspace)
    suggested = _suggested(workspace) if now - span[2] < 45 * 86400 and not customer else ()
    judges = worklist(workspace).judges if items else None
    return review_of(
        span,
        customer,
        items,
        lambda item, at: judges.clocks(item, at) if judges else (),
        agreements_of(known.data),
        _hours(found, min(now, span[2])),
        lacking if not customer else [each for each in lacking if customer in each.why],
        suggested,
        lambda item, at: judges.ladder(item, at) if judges else "",
    )


def _month(name: str, now: int, zone: ZoneInfo) -> tuple[str, int, int, int]:
    """A month by its name (`2026-10`), with its beginning, its end, and the end of the next one."""
    from runbook.operations.local_time import second_at, wall

    today = wall(now, zone).date().replace(day=1)
    try:
        given = name or (today - datetime.timedelta(days=1)).strftime("%Y-%m")
        first = datetime.datetime.strptime(given, "%Y-%m").date()
        following = [first, *_after(first)]
        bounds = [second_at(day, datetime.time(), zone) for day in following]
    except (ValueError, OverflowError):
        raise Misuse(f"`{name[:40]}` is no month", "write it like `2026-10`") from None
    return first.strftime("%Y-%m"), bounds[0], bounds[1], bounds[2]


def _after(first: datetime.date) -> tuple[datetime.date, datetime.date]:
    next = (first + datetime.timedelta(days=32)).replace(day=1)
    return next, (next + datetime.timedelta(days=32)).replace(day=1)


def _hours(found: Scene, until: int) -> dict[str, float]:
    from runbook.operations.passages import touched

    times = touched(found.courses, found.all_hours(min(found.began(), until), until), until)
    return {item: float(time) / 3600 for item, time in times.items()}


def _suggested(workspace: Workspace) -> tuple[str, ...]:
    """What could be better in the department as a whole, a line each."""
    from runbook.app.improving import department_suggestions

    return tuple(f"{each.text}: {each.evidence[0]}" for each in department_suggestions(workspace))


def costs(workspace: Workspace, by: str, days: int) -> tuple[Cost, ...]:
    """What work has cost in so many days, by what it is told apart by."""
    from runbook.app.evidence import evidence
    from runbook.operations.costs import costs_of, spells_of

    found = evidence(workspace, days)
    rates = next((each.rates for each in found.subjects.values()), {})
    return costs_of(spells_of(found.works, found.subjects.values(), by), rates)


def write_report(file: Path, text: str) -> None:
    """Write a report into a file, in place of what it holds."""
    try:
        file.write_text(text.rstrip("\n") + "\n", "utf-8")
    except OSError as error:
        raise MachineRefuses(f"{file} can't be written: {error.strerror}", "check the folder and its rights") from None


def open_slo(workspace: Workspace) -> list[Json]:
    """What was agreed with customers, as objects of OpenSLO."""
    from runbook.app.worklists import operations
    from runbook.operations.agreements import agreements_of
    from runbook.operations.catalogue import department_of, services_of
    from runbook.operations.open_slo import objects_of

    data = operations(workspace).data
    return objects_of(agreements_of(data), services_of(data), department_of(data))
