"""Work items as tests tell of them: events at times in Berlin."""

from __future__ import annotations

from typing import Any

from runbook.operations.seconds import instant_of
from runbook.run.events import Event, Recorded
from tests.operations.vectors import berlin

Told = tuple[str, str, dict[str, Any]]


def told(*events: tuple[str, str] | Told, by: str = "ana") -> list[Recorded]:
    """Such events in their order: when (`Mon 30 Mar 09:00`), the type and the data."""
    found = []
    for seq, (when, type, *data) in enumerate(events, 1):
        found.append(Recorded(seq, instant_of(berlin(when)), by, Event(type, data=data[0] if data else {})))
    return found


def opened(when: str, severity: str = "moderate", **data: Any) -> Told:
    """That an incident was opened."""
    return (when, "ItemOpened", {"kind": "incident", "title": "mail is down", "severity": severity, **data})


def waiting(when: str, until: str, reason: str = "waiting_requester", party: str = "olga") -> Told:
    """That it waits for somebody."""
    data = {"reason": reason, "party": party, "resume_by": instant_of(berlin(until))}
    return (when, "ItemWaiting", data)
