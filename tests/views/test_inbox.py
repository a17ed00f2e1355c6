"""What waits for people is listed with how late it is, for whom, and who else may do it."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.journal.store import WaitingRow
from runbook.views import machine
from runbook.views.terminal import inbox

SINCE, DUE, END = (f"2026-11-22T{time}:00.000Z" for time in ("08:00", "09:00", "10:00"))


def row(**about: Any) -> WaitingRow:
    """A step that waits since eight o'clock."""
    return WaitingRow("run-1", "g/p", "call", 1, SINCE, "", {"for": "person", "title": "Call them", **about})


@pytest.mark.parametrize(
    ("about", "now", "words"),
    [
        ({}, END, "for a person, since 2026-11-22 08:00"),
        ({"role": "boss"}, END, "for boss, since 2026-11-22 08:00"),
        ({"due": DUE}, SINCE, "for a person, since 2026-11-22 08:00, due 2026-11-22 09:00"),
        ({"due": DUE}, DUE, "for a person, since 2026-11-22 08:00, overdue"),
        (
            {"due": DUE, "offer_to": "lead"},
            END,
            "for a person, since 2026-11-22 08:00, overdue, so the lead may do it as well",
        ),
        ({"until": END}, DUE, "for a person, since 2026-11-22 08:00, until 2026-11-22 10:00"),
        ({"until": END}, END, "for a person, since 2026-11-22 08:00, the time is over"),
    ],
)
def test_a_step_that_waits_says_how_late_it_is(about: dict[str, str], now: str, words: str) -> None:
    assert list(inbox([row(**about)], now)) == [f"run-1  call  Call them  ({words})"]


def test_programs_are_told_the_same_apart() -> None:
    found = machine.inbox(row(due=DUE, offer_to="lead", until=END), DUE)

    assert {name: found[name] for name in ("due", "until", "overdue", "offer_to")} == {
        "due": DUE,
        "until": END,
        "overdue": True,
        "offer_to": "lead",
    }
    assert machine.inbox(row(), DUE)["overdue"] is False
