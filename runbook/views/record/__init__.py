"""The record of a run: what was done, by whom, when, what they were shown and what they answered; in four forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runbook.run.events import Recorded
from runbook.run.state import RunState
from runbook.views.language import ENGLISH, Language
from runbook.views.record.gathering import gathered
from runbook.views.record.model import Record

__all__ = ["Record", "as_csv", "as_json", "as_markdown", "as_page", "gathered"]


def as_markdown(state: RunState, events: Sequence[Recorded]) -> str:
    """The record for people, as Markdown."""
    from runbook.views.record.markdown import markdown

    return markdown(gathered(state, events))


def as_page(state: RunState, events: Sequence[Recorded], language: Language = ENGLISH) -> str:
    """The record as one HTML page that needs nothing besides itself, to be read, printed and kept."""
    from runbook.views.record.page import page

    return page(gathered(state, events), language)


def as_csv(state: RunState, events: Sequence[Recorded]) -> str:
    """The record as a table for spreadsheets: a row for each attempt of a step."""
    from runbook.views.record.sheet import sheet

    return sheet(gathered(state, events))


def as_json(state: RunState, events: Sequence[Recorded]) -> dict[str, Any]:
    """The record for programs: the status object, what the other forms say, and every event."""
    from runbook.views.record.data import data

    return data(gathered(state, events), state, events)
