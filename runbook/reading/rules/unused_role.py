"""A role is declared, and no step is done in it.

Why: a reader takes a role for a part that somebody plays. One that nobody plays hides that a step lacks its `role`.

Example:

    roles: {operator: {}, approver: {}}
    steps:
      - {id: work, title: Work, role: operator, manual: Do it.}

Instead: give a step the role (`role: approver`), or take it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import Severity
from runbook.reading.roles import ROLELESS, named_at, privileges
from runbook.reading.rule import Finding, Subject

CODE = "RB245"
NAME = "unused-role"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Finding]:
    """Finds roles that no step names; the first belongs to every step that names none."""
    roles = subject.process.roles
    if len(roles) < 2:
        return
    used = {role for step in subject.every for role in (step.role, *step.excludes)}
    used.update(role for step in subject.every for role, _ in named_at(subject, step))
    used.update(role for role, _ in privileges(subject.process.data, ()))
    used.update(role.manager_of for role in roles.values() if role.manager_of)
    used.update(excluded for role in roles.values() for excluded in role.excludes)
    if not used <= {*roles, *ROLELESS, None}:
        return  # it may be the one that is misspelt there
    for name in list(roles)[1:]:
        if name not in used:
            message = f"no step is done in the role `{name}`"
            yield Finding(("roles", name), message, "give a step this `role`, or take it out", key=True)
