"""Tickets on a screen and for programs: the outbox, what was carried out, and what a system lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runbook.operations.seconds import instant_of
from runbook.operations.wall import local
from runbook.views.lines import columns
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.operations.integrations import Integration
    from runbook.operations.item import Item
    from runbook.operations.mirror import Mirror
    from runbook.views.style import Style

Entry = tuple["Item", "Mirror", str, int]
"""An item, its ticket, how that stands, and when it is tried next (0 for not by itself)."""


def listed(entries: Sequence[Entry], now: int, timezone: str, style: Style) -> Iterator[str]:
    """The outbox, a line each, and why something was refused below it."""
    if not entries:
        yield "All tickets are as they should be."
        return
    rows = [(item.id, mirror.integration, mirror.ref or mirror.key, state) for item, mirror, state, _ in entries]
    widths = [max(columns(row[place]) for row in rows) for place in range(4)]
    for (item, mirror, state, at), row in zip(entries, rows, strict=True):
        cells = [visible(cell) + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)]
        cells[3] = style.paint(cells[3], "31") if state == "refused" else cells[3]
        when = "" if mirror.dead else "  due now" if at <= now else f"  {local(at, timezone)}"
        yield f"{'  '.join([style.bold(cells[0]), *cells[1:]])}{when}".rstrip()
        if mirror.dead:
            yield f"  {visible(mirror.reason)}"
            yield f"  Mend that, then: runbook outbox --retry {item.id}"


def as_json(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The outbox for programs."""
    return [
        {
            "item": item.id, "integration": mirror.integration, "key": mirror.key, "ref": mirror.ref,
            "url": mirror.url, "state": state, "tries": mirror.tries, "misses": mirror.misses,
            "next_at": instant_of(at) if at else None, "reason": mirror.reason or None,
            "status": mirror.status or None,
        }
        for item, mirror, state, at in entries
    ]  # fmt: skip


def ticket_as_json(item: str, mirror: Mirror) -> dict[str, Any]:
    """One ticket for programs."""
    return {
        "item": item, "integration": mirror.integration, "key": mirror.key, "stage": mirror.stage.value,
        "ref": mirror.ref, "url": mirror.url, "known": dict(mirror.known),
    }  # fmt: skip


def integrations(found: Mapping[str, Integration]) -> Iterator[str]:
    """The systems there are, a line each."""
    if not found:
        yield "There are no integrations: describe one in operations/integrations/NAME.yaml."
    width = max(map(len, found), default=0)
    for id, each in found.items():
        where = f" {each.project}" if each.project else ""
        yield f"{id.ljust(width)}  {each.type}{where}  {visible(each.url)}"


def examined(wrong: Mapping[str, Sequence[str]], style: Style) -> Iterator[str]:
    """What stands in the way of making tickets, by system."""
    for id, findings in wrong.items():
        yield f"{id}: {style.paint('not ready', '31') if findings else 'ready'}"
        yield from (f"  {visible(each)}" for each in findings)
