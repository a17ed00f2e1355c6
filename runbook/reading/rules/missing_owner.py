"""Neither the process nor its group names an owner.

Why: a procedure that nobody answers for is out of date before long, and nobody knows whom to ask.

Example:

    runbook: 1
    title: Rotate the certificates
    steps: ...

Instead: name the team: `owner: platform`, here or in the `group.yaml` beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB219"
NAME = "missing-owner"
DISPENSABLE = True


def check(subject: Subject) -> Iterator[Finding]:
    """Finds a process without an owner."""
    if not subject.process.owner:
        message = "nobody owns this process: neither it nor its group has an `owner`"
        yield Finding(("title",), message, "add `owner: TEAM` here or in `group.yaml`", key=True)
