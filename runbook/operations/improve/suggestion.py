"""What a rule suggests: what to do, on what evidence, what it should bring and, where it fits, a change of a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from runbook.source import Path


@dataclass(frozen=True, slots=True)
class Put:
    """Write a value (as YAML, on one line) at a path of a document, in place of what stands there."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Insert:
    """Write an entry (YAML lines of a mapping) before or after the list entry at a path."""

    path: Path
    lines: tuple[str, ...]
    after: bool = False


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Leave out the list entry at a path."""

    path: Path


Edit = Put | Insert | TakeOut


@dataclass(frozen=True, slots=True)
class Change:
    """What to write otherwise in one file."""

    file: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion."""

    rule: str
    text: str
    """What to do, as one sentence without a full stop."""
    evidence: tuple[str, ...]
    """What was seen, with its numbers, a sentence each."""
    gain: str
    """What it should bring."""
    process: str = ""
    """Empty where it concerns the department."""
    about: str = ""
    """The step, the service, the agreement or the person that it is about."""
    measure: str = ""
    """What has to move (`measures.MEASURES`), and is looked at again once it was accepted; empty where nothing can."""
    value: float = 0.0
    hours: float = 0.0
    """The hours of a quarter that are at stake, for the order."""
    change: Change | None = None
    command: str = ""
    """What to call, where it is no change of a file."""

    @property
    def id(self) -> str:
        """The same as long as it is the same suggestion: `rework-3f2a1c`."""
        said = f"{self.rule}\0{self.process}\0{self.about}"
        return f"{self.rule}-{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"

    def to_json(self) -> Mapping[str, object]:
        """The same for programs."""
        return {
            "id": self.id,
            "rule": self.rule,
            "process": self.process,
            "about": self.about,
            "text": self.text,
            "evidence": list(self.evidence),
            "gain": self.gain,
            "measure": self.measure,
            "value": self.value,
            "hours": round(self.hours, 2),
            "command": self.command,
        }
