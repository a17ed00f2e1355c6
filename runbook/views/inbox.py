"""What waits for people, on a screen and for programs, and what is said of the part that is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runbook.run.queue import urgency
from runbook.views import machine, terminal
from runbook.views.lines import minute, shortened
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.journal.store import WaitingRow
    from runbook.outcome import Json

MOST_MENTIONS = 20
"""Notes that name somebody and are shown; of more there is only the number."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """What is shown of what waits, in its order."""

    rows: Sequence[WaitingRow]
    unasked: Sequence[WaitingRow] = ()
    """Those of them that were not asked for, and are overdue."""
    left: int = 0
    """How many more match, beyond the limit."""
    mentions: Mapping[str, Sequence[Mapping[str, Json]]] = field(default_factory=dict)
    """The notes that name who asks, by run."""
    asked: bool = False
    """True when not everything was asked for."""


def lines(found: Inbox, everybody: bool, now: str) -> Iterator[str]:
    """What waits, a line each; then what is shown unasked, and how much is left."""
    yield from terminal.inbox(found.rows, now)
    who = "anybody" if everybody else "you"
    if len(found.rows) == len(found.unasked):
        yield f"Nothing of that waits for {who}." if found.asked else f"Nothing waits for {who}."
    if count := len(found.unasked):
        yield f"{count} overdue {'one is' if count == 1 else 'ones are'} shown although {_do_not(count)} match."
    if found.left:
        yield f"and {found.left} more"


def _do_not(count: int) -> str:
    return "it does not" if count == 1 else "they do not"


def as_json(found: Inbox, now: str) -> list[dict[str, Any]]:
    """The same for programs: each step with its place in the order, and whether it was asked for."""
    unasked = {(row.run, row.step) for row in found.unasked}
    return [
        {
            **machine.inbox(row, now),
            "order": urgency(row.about, row.since, now).to_json(),
            "matches": (row.run, row.step) not in unasked,
            "mentions": [dict(note) for note in found.mentions.get(row.run, ())][:MOST_MENTIONS],
        }
        for row in found.rows
    ]


def mentions(notes: Sequence[Mapping[str, Json]]) -> Iterator[str]:
    """The notes that name somebody, a line each, the newest first."""
    for note in notes[:MOST_MENTIONS]:
        where = f"{note['run']} {note['step']}".strip()
        by, at = visible(str(note["by"])), minute(str(note["at"]))
        yield f"{where}  {by}, {at}: {shortened(note['text'], 200)}"
    if len(notes) > MOST_MENTIONS:
        yield f"and {len(notes) - MOST_MENTIONS} more"


__all__ = ["MOST_MENTIONS", "Inbox", "as_json", "lines", "mentions"]
