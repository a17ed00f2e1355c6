"""Nobody stands in for the owner of a process, or its owner does themselves.

Why: what one person alone answers for stands still while they are away. It is asked for where the project describes its
department.

Example:

    owner: bo

Instead: name somebody else who answers for it meanwhile: `backup_owner: cy`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import Severity
from runbook.reading.rule import Finding, Subject

CODE = "RB341"
NAME = "missing-backup-owner"
SEVERITY = Severity.ADVICE


def check(subject: Subject) -> Iterator[Finding]:
    """Finds a process whose owner is the only one."""
    process, backup = subject.process, subject.process.listing.backup_owner
    if backup and backup == process.owner:
        yield Finding(("backup_owner",), f"`{backup}` can't stand in for themselves", "name somebody else")
    elif not backup and process.owner and subject.catalogued.department:
        message = f"nobody stands in for its owner, `{process.owner}`"
        yield Finding(("title",), message, "add `backup_owner: PERSON`", key=True)
