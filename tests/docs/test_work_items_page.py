"""The page about work items says of every event what it means."""

from __future__ import annotations

from pathlib import Path

from runbook.operations.item import EVENTS, PREFIXES

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "work-items.md").read_text("utf-8")


def test_every_event_and_every_kind_of_item_is_on_the_page():
    assert [event for event in sorted(EVENTS) if f"`{event}`" not in PAGE] == []
    assert [kind for kind, prefix in PREFIXES.items() if f"| `{kind}` | `{prefix}-` |" not in PAGE] == []
