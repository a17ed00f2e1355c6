"""One thing that may be written at the cursor."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from runbook.editing.positions import Span


class What(enum.Enum):
    """What sort of thing it is; editors show each with a sign of its own."""

    FIELD = "field"
    KIND = "kind"
    WORD = "word"
    STEP = "step"
    ROLE = "role"
    INPUT = "input"
    OUTPUT = "output"
    PROCESS = "process"
    TEAM = "team"
    PERSON = "person"
    NAME = "name"
    FILTER = "filter"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Item:
    """What may be written: its name, what it is in a few words, what it means, and what it replaces."""

    name: str
    what: What
    span: Span
    text: str
    """What is written for it."""
    detail: str = ""
    meaning: str = ""
    place: int = 0
    """The lower, the further up in the list."""
