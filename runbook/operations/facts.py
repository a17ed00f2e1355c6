"""What the decider knows besides the item: the time, who asks, the board with all that is on it, the policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from runbook.durations import duration
from runbook.operations.board import DEFAULT, Board
from runbook.operations.item import Item
from runbook.operations.seconds import instant_of
from runbook.organisation import NOBODY, Organisation

USUAL_SEVERITIES: Mapping[str, str] = {"critical": "P1", "major": "P2", "moderate": "P3", "minor": "P4"}
"""The severities of a department that has written none down, the worst first, each with its priority."""


def _by_severity(severity: str, impact: str, urgency: str) -> str:
    return USUAL_SEVERITIES.get(severity, "P3")


def _always(item: Item) -> int:
    return 0


def _no_rungs(item: Item) -> tuple[str, ...] | None:
    return None


def _no_limit(item: Item, until: int, facts: Facts) -> str:
    return ""


def _in_days(now: int, text: str) -> int:
    return now + (int(text[:-2]) * 86400 if text.endswith("bd") else int(duration(text)))


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds while one request is decided."""

    now: int
    by: str
    """The id of the person who asks."""
    others: Callable[[], Sequence[Item]] = tuple
    """All open items but the one that is asked about."""
    known: Callable[[str], bool] = lambda id: True
    """Whether there is an item of that id."""
    boards: Mapping[str, Board] = field(default_factory=lambda: {DEFAULT.id: DEFAULT})
    organisation: Organisation = NOBODY
    severities: tuple[str, ...] = tuple(USUAL_SEVERITIES)
    usual_severity: str = "moderate"
    """The severity of an incident or a request of which nobody says how bad it is."""
    priority: Callable[[str, str, str], str] = _by_severity
    """The priority that a severity, or an impact and an urgency, have."""
    pause_roles: tuple[str, ...] = ()
    """Who, of those with a role in the organisation, may let a clock stand still; everybody when there are none."""
    reopen_until: Callable[[Item], int] = _always
    """Until when a resolved item may be reopened; 0 for always."""
    rungs: Callable[[Item], tuple[str, ...] | None] = _no_rungs
    """The rungs of the ladder of an item; None when it has none."""
    snooze_refusal: Callable[[Item, int, Facts], str] = _no_limit
    """Why the escalations of an item may not be held back until then by whoever asks; empty when they may."""
    shown: Callable[[int], str] = instant_of
    """A second as people of the department read it."""
    after: Callable[[int, str], int] = _in_days
    """The second so long after another; `1bd` is a working day."""
    services: tuple[str, ...] = ()
    """The services of the department; any word is one where it has described none."""
    catalogued: bool = False
    """True when all work either belongs to something in the catalogue, or says that it does not."""
    scope_policy: str = "accept"
    """What becomes of work outside of the catalogue: `reject`, `accept_with_owner` or `accept`."""

    def holds(self, roles: Sequence[str]) -> bool:
        """True when whoever asks has one of these roles in the organisation, or none is asked for."""
        person = self.organisation.people.get(self.by)
        return not roles or (person is not None and bool({*roles} & {*person.roles}))
