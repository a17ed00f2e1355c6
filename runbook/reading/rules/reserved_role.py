"""A role is called by a word that means somebody else already where roles are left out.

Why: `not: starter` leaves out whoever started the run. Where a role is called so as well, nobody can tell who is meant,
and whoever plays it is not kept apart as its author believes.

Example:

    roles:
      operator: {}
      author: {summary: Writes the report}
    steps:
      - {id: release, title: Release, approval: {role: operator, not: author}}

Instead: give the role another name, such as `writer`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.roles import ROLELESS
from runbook.reading.rule import Finding, Subject

CODE = "RB276"
NAME = "reserved-role"
MEANS = {
    "starter": "whoever started the run",
    "implementer": "whoever did any of its work",
    "author": "whoever wrote the process",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Finds roles of a process with the name of somebody that `not` knows without a role."""
    for name in subject.process.roles:
        if name in ROLELESS:
            message = f"a role can't be called `{name}`: in `not` that is {MEANS[name]}"
            yield Finding(("roles", name), message, "give the role another name", key=True)
