"""How files have changed, as the version control of a project knows it: who, when, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Revision:
    """One change, as whoever made it describes it; every text in it is only text."""

    commit: str
    at: str
    """When it was made, in ISO 8601 with a zone: `2026-11-22T08:15:30+01:00`."""
    author: str
    subject: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the project: the same as a revision, with the files that it touched (paths from the root)."""

    commit: str
    at: str
    author: str
    subject: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revisions:
    """How the files of a project have changed; nothing where there is no version control."""

    files: Mapping[str, tuple[Revision, ...]] = field(default_factory=dict)
    """By path: its newest revisions, newest first."""
    changes: tuple[Change, ...] = ()
    """The newest changes of the project's definitions, newest first."""
    whole: bool = True
    """False when there was more than could be read in time, so that old revisions may be missing."""
