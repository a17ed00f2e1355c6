"""A step of `checks` is not carried out by the machine.

Why: checks run all at once before the first step and are reported together; nobody should be asked anything then.

Example:

    checks:
      - {id: backup-there, title: There is a backup, manual: Look whether there is a backup.}

Instead: look with `shell`, `command` or `verify`, or make it the first of the `steps`, or one of the
`prerequisites`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB226"
NAME = "check-kind"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds checks of a kind that does not act."""
    for step in subject.process.checks:
        if not subject.kinds[step.kind].acts:
            acting = " or ".join(f"`{kind.key}`" for kind in subject.kinds if kind.acts)
            yield Finding(
                (*step.at, step.kind),
                f"a check can't be `{step.kind}`: checks are carried out by the machine",
                f"use {acting}, or move it to the `steps`",
                key=True,
            )
