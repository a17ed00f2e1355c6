"""Recurring work in the terminal, and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from runbook.operations.duties import State
from runbook.operations.seconds import instant_of
from runbook.operations.wall import NAMED, local
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.operations.duties import Occurrence, Opening
    from runbook.views.style import Style

_SIGNS = {
    State.UPCOMING: ("·", ""),
    State.DUE: ("?", "33"),
    State.OPEN: (">", "36"),
    State.DONE: ("+", "32"),
    State.LATE: ("~", "33"),
    State.MISSED: ("x", "31"),
    State.HELD: ("=", "33"),
}
"""Each state with its sign and its colour."""


def as_json(found: Sequence[Occurrence]) -> list[dict[str, Any]]:
    """The occurrences for programs."""
    return [
        {
            "process": each.process,
            "instant": instant_of(each.instant),
            "state": each.state.value.replace(" ", "-"),
            "by": each.ref,
            "until": instant_of(each.until) if each.until is not None else "",
        }
        for each in found
    ]


def as_text(found: Sequence[Occurrence], timezone: str, style: Style) -> Iterator[str]:
    """One line an occurrence, in the order of time."""
    room = max((len(each.process) for each in found), default=0)
    for each in found:
        sign, colour = _SIGNS[each.state]
        state = style.paint(f"{sign} {each.state.value:<9}", colour)
        when = local(each.instant, timezone, NAMED)
        yield f"{when}  {state}  {visible(each.process):<{room}}  {visible(each.ref)}".rstrip()


def opening_as_json(found: Opening) -> dict[str, Any]:
    """What was opened, for programs."""
    return {
        "opened": [
            {"process": each.occurrence.process, "instant": instant_of(each.occurrence.instant), "item": each.item}
            for each in found.opened
            if each.item
        ],
        "refused": [
            {"process": each.occurrence.process, "instant": instant_of(each.occurrence.instant), "why": each.refused}
            for each in found.opened
            if each.refused
        ],
        "missed": [{"process": each.process, "instant": instant_of(each.instant)} for each in found.missed],
    }


def opening_as_text(found: Opening, timezone: str) -> Iterator[str]:
    """What was opened, a line each."""
    for each in found.opened:
        when = local(each.occurrence.instant, timezone, NAMED)
        if each.item:
            yield f"{each.item}  {visible(each.occurrence.process)}, due {when}"
        else:
            yield f"not opened: {visible(each.occurrence.process)}, due {when}: {visible(each.refused)}"
    for missed in found.missed:
        yield f"missed: {visible(missed.process)}, due {local(missed.instant, timezone, NAMED)}"
    if not found.opened and not found.missed:
        yield "Nothing is due that is not open already."
