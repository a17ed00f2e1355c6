"""A form that was filled in from paper: who began, when, with which inputs, and what was answered, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runbook.outcome import Json

VERSION = 1
"""The version of the form."""

COLUMNS = ("step", "what", "value", "by", "at", "reason", "title", "takes")
"""The columns of the form as CSV; the last two only tell its reader what to fill in."""

_RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
"""What a spreadsheet takes a cell for a formula by, and the mark against that."""


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def unguarded(cell: str) -> str:
    """The cell as it was meant."""
    return cell[1:] if cell.startswith(tuple(f"'{each}" for each in _RISKY)) else cell


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer on the form: at which step, what, by whom, when (an instant), why; `line` is where it stands."""

    line: int
    step: str
    answer: str
    by: str
    at: str
    reason: str = ""
    fields: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remark:
    """A note on the form, about a step or about the whole."""

    line: int
    by: str
    at: str
    text: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """The form as it was read: `name` is its file, `lines` where each step and each word of its head stands first."""

    name: str
    process: str
    definition: str
    started_by: str
    started_at: str
    ended_at: str
    inputs: Mapping[str, Json]
    roles: Mapping[str, tuple[str, ...]]
    """Who was named for a role when it began."""
    as_text: bool
    """True when every value is text, as in CSV."""
    entries: tuple[Entry, ...]
    remarks: tuple[Remark, ...]
    lines: Mapping[str, int]
