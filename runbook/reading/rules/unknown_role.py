"""A role is named that the process does not have.

Why: nobody could be asked to act in it, and a separation of duties that names nobody separates nobody.

Example:

    roles:
      operator: {summary: Does the work}
    steps:
      - {id: go-ahead, title: Approve it, approval: {role: aprover}}

Instead: write the name as it stands under `roles`, or add the role there. `starter` stands for whoever starts
the run, `implementer` for whoever did any of its work, `author` for whoever wrote the process, and only in the `not`
of an approval.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import suggestion
from runbook.reading.roles import ROLELESS, named_at, privileges
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB215"
NAME = "unknown-role"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds roles that are named and not declared."""
    roles = subject.process.roles
    for name, role in roles.items():
        for place, other in enumerate(role.excludes):
            if other not in roles:
                yield _unknown(subject, other, _listed(subject, ("roles", name, "not"), place))
        if role.manager_of and role.manager_of != "starter" and role.manager_of not in roles:
            yield _unknown(subject, role.manager_of, ("roles", name, "manager_of"))
    if subject.process.authority and subject.process.authority not in roles:
        yield _unknown(subject, subject.process.authority, ("authority",))
    for name, at in privileges(subject.process.data, ()):
        if name not in roles:
            yield _unknown(subject, name, at)
    for step in subject.every:
        for name, at in named_at(subject, step):
            if name not in roles:
                yield _unknown(subject, name, at)
        for place, other in enumerate(step.excludes):
            if other not in ROLELESS and other not in roles:
                yield _unknown(subject, other, _listed(subject, (*step.at, step.kind, "not"), place))


def _listed(subject: Subject, at: Path, place: int) -> Path:
    return (*at, place) if isinstance(subject.at(at), list) else at


def _unknown(subject: Subject, role: str, at: Path) -> Finding:
    roles = subject.process.roles
    return Finding(at, f"there is no role `{role}`", suggestion(role, roles, f"declare `{role}` under `roles`"))
