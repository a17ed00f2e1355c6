"""A board on a terminal and for programs: what is done now, what comes next, what is blocked, and how full it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runbook.durations import in_words
from runbook.operations.board import Board
from runbook.operations.clock import Clock, State
from runbook.operations.limits import Excess
from runbook.operations.seconds import instant_of
from runbook.operations.standings import Place, views_of
from runbook.operations.wall import local
from runbook.views import items as item_views
from runbook.views.lines import columns
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.views.style import Style

VIEWS = ("now", "next", "inbox", "blocked", "limits")
"""What can be shown of a board."""
_BAR = 6


def shown(
    board: Board,
    places: Sequence[Place],
    limits: Sequence[Excess],
    views: Sequence[str],
    now: int,
    timezone: str,
    style: Style,
    most: int,
) -> Iterator[str]:
    """The parts of a board that are asked for, a line an item; of each part `most` of them."""
    found = views_of(places)
    for view in views:
        if view == "limits":
            yield from _limits(limits, style)
        else:
            yield f"{style.bold(view.upper())}{_room(board, limits, view)}"
            yield from table(found[view][:most], now, timezone, style)
            if (left := len(found[view]) - most) > 0:
                yield f"  and {left} more"


def summary(places: Sequence[Place], limits: Sequence[Excess]) -> dict[str, int]:
    """How many items there are, and of how many somebody should know."""
    return {
        "open": len(places),
        "under way": sum(place.item.state == "active" for place in places),
        "unassigned": sum(not place.item.accountable for place in places),
        "blocked": sum(place.item.blocked is not None for place in places),
        "waiting": sum(place.item.waiting is not None for place in places),
        "at risk": sum(place.at_risk for place in places),
        "late": sum(place.breached for place in places),
        "concerns": sum(len(place.item.concerns()) for place in places),
        "limits exceeded": sum(each.count > each.limit for each in limits),
    }


def summed(found: Mapping[str, int], style: Style) -> str:
    """The same in one line; what is late stands out."""
    parts = [(name, f"{count} {name}") for name, count in found.items() if count or name == "open"]
    return ", ".join(style.paint(text, "31") if name == "late" else text for name, text in parts)


def table(places: Sequence[Place], now: int, timezone: str, style: Style) -> Iterator[str]:
    """Items in their order, in columns."""
    rows = [
        (place.item.id, _priority(place), place.item.accountable or "-", _standing(place, now), _used(place),
         _due(place, timezone), visible(place.item.title))
        for place in places
    ]  # fmt: skip
    widths = [max((columns(row[at]) for row in rows), default=0) for at in range(6)]
    for place, row in zip(places, rows, strict=True):
        cells = [cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=False)]
        colour = "31" if place.breached else "33" if place.at_risk else ""
        used = style.paint(cells[4], colour) if colour else cells[4]
        line = "  ".join(["", style.bold(cells[0]), cells[1], cells[2], cells[3], used, cells[5], row[6]])
        yield line.rstrip() + _notes(place)


def why(place: Place, timezone: str) -> str:
    """Why an item stands where it stands, in words; times by the clock of that zone."""
    item = place.item
    reasons = [
        "expedite" if item.item_class == "expedite" else "",
        f"ranked {place.standing.rank} by hand" if place.standing.rank else "",
        place.raised.why or item.priority,
        f"due {local(place.standing.due, timezone)}" if place.standing.due else "nothing agreed",
        "late" if place.breached else "",
    ]
    return ", ".join(reason for reason in reasons if reason)


def as_json(board: Board, places: Sequence[Place], limits: Sequence[Excess], now: int) -> dict[str, Any]:
    """A board for programs: its columns with their items, in the order of the work."""
    return {
        "board": board.id,
        "title": board.title,
        "now": instant_of(now),
        "columns": [
            {
                "id": column.id,
                "title": column.title,
                "state": column.state,
                "wip": column.wip or None,
                "items": [place_as_json(place) for place in places if board.place_of(place.item).id == column.id],
            }
            for column in board.columns
        ],
        "limits": [
            {"scope": each.scope, "limit": each.limit, "count": each.count, "hard": each.hard} for each in limits
        ],
    }


def place_as_json(place: Place) -> dict[str, Any]:
    """An item in its place, with its clocks."""
    return {
        **item_views.as_json(place.item),
        "raised_to": f"P{place.raised.priority}",
        "why": why(place, "UTC"),
        "breached": place.breached,
        "at_risk": place.at_risk,
        "used": round(place.standing.used, 4),
        "due_at": instant_of(place.standing.due) if place.standing.due else None,
    }


def _priority(place: Place) -> str:
    base, now = place.item.priority or "P3", f"P{place.raised.priority}"
    return base if base == now else f"{base}→{now}"


def _standing(place: Place, now: int) -> str:
    return str(in_words(max(now - (place.item.moved_at or place.item.opened_at), 0)))


def _used(place: Place) -> str:
    if place.clock is None:
        return ""
    share = place.standing.used
    full = min(int(share * _BAR), _BAR)
    return f"{'█' * full}{'░' * (_BAR - full)} {int(share * 100)}%"


def _due(place: Place, timezone: str) -> str:
    if place.clock is not None and place.clock.state is State.PAUSED:
        return f"paused, {_left(place.clock)} left"
    return f"due {local(place.standing.due, timezone)}" if place.standing.due else ""


def _left(clock: Clock) -> str:
    return str(in_words(max(clock.remaining, 0)))


def _notes(place: Place) -> str:
    item = place.item
    notes = []
    if block := item.blocked:
        notes.append(f"{block.reason}{f' ({visible(block.party)})' if block.party else ''}")
    if pause := item.waiting:
        notes.append(f"waits for {visible(pause.party)}")
    if concerns := item.concerns():
        notes.append(f"{len(concerns)} concern{'s' if len(concerns) > 1 else ''}")
    return f"  [{', '.join(notes)}]" if notes else ""


def _room(board: Board, limits: Sequence[Excess], view: str) -> str:
    states: Mapping[str, str] = {"now": "active", "next": "committed", "inbox": "new"}
    wanted = [column for column in board.columns if column.state == states.get(view) and column.wip]
    counts = {each.scope: each.count for each in limits}
    parts = [f"{column.id} {counts.get(f'column {column.id}', 0)}/{column.wip}" for column in wanted]
    return f"  {', '.join(parts)}" if parts else ""


def _limits(limits: Sequence[Excess], style: Style) -> Iterator[str]:
    over = [each for each in limits if each.count > each.limit]
    if over:
        yield style.bold("LIMITS")
    for each in over:
        yield style.paint(f"  {each.scope} {each.count}/{each.limit} (over)", "33")
