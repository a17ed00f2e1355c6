"""What a check of a run, an item, a journal or an archive came to: how much was looked at, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from runbook.journal.laws import Finding


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of `runbook verify`: sound when there is no finding."""

    what: str
    """`run`, `item`, `journal` or `archive`."""
    name: str
    """The id of the run or the item, or the path of the file."""
    findings: tuple[Finding, ...]
    runs: int = 0
    streams: int = 0
    """Streams that were looked at: of work items, and of the department."""
    events: int = 0
    evidence: int = 0
    """Pieces of evidence whose content was compared with its hash."""
    anchors: int = 0
    """Anchors that were compared with the chain."""
    signatures: int = 0
    """Signed answers that were met."""
    head: tuple[int, str] = (0, "")
    """Of a single run or item: the number of its newest event, and its hash."""
    definition: str = ""
    """Of a single run: the hash of the definition it began with."""
    notes: tuple[str, ...] = ()
    """What was not looked at, and why."""
    unreadable: str = ""
    """Why the journal could not be read to its end; empty when it was."""

    @property
    def sound(self) -> bool:
        """True when all that was looked at is as it was written."""
        return not self.findings and not self.unreadable
