"""Whoever is to stand in for the owner of a process is neither a person nor a team of the project.

Why: in the owner's absence nobody would be asked. It is looked at where people are described.

Example:

    backup_owner: cyy

Instead: write the id as the file in `operations/people` is called, or that of a team.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import suggestion
from runbook.reading.rule import Finding, Subject

CODE = "RB344"
NAME = "unknown-backup-owner"
DISPENSABLE = True


def check(subject: Subject) -> Iterator[Finding]:
    """Finds a backup owner whom nobody knows."""
    name, organisation = subject.process.listing.backup_owner, subject.organisation
    known = (*organisation.people, *organisation.teams)
    if name and organisation and name not in known:
        help = suggestion(name, known, "describe them in `operations/people`, or name a team")
        yield Finding(("backup_owner",), f"there is neither a person nor a team `{name}`", help)
