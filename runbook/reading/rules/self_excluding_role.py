"""A role, or an approval, excludes the very role that has to act.

Why: `not` keeps one person from playing two parts. A part can't be kept from itself: nobody could play it.

Example:

    roles:
      approver: {summary: Says yes or no, not: approver}

Instead: name the other part, such as `not: operator`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB220"
NAME = "self-excluding-role"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds a `not` that names the role it belongs to."""
    for name, role in subject.process.roles.items():
        if name in role.excludes:
            yield _found(subject, name, ("roles", name, "not"))
    for step in subject.every:
        if step.role in step.excludes:
            yield _found(subject, str(step.role), (*step.at, step.kind, "not"))


def _found(subject: Subject, role: str, at: Path) -> Finding:
    value = subject.at(at)
    place = (*at, value.index(role)) if isinstance(value, list) else at
    return Finding(place, f"the role `{role}` excludes itself", "name the role it has to be kept apart from")
