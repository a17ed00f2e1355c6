"""A step runs a process that is only listed: its steps are not written yet.

Why: the run would stop there, after the steps before it have been done.

Example:

    - {id: rotate, title: Rotate the backups, process: backup/rotate-backups}

Instead: write the steps of that process, or let a person do it: `manual: Rotate the backups.`
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB346"
NAME = "unwritten-process"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds steps that run a process without steps."""
    for step in subject.every:
        other = subject.others.get(step.use or "")
        if other is not None and other.whole and not other.written:
            short = isinstance(subject.given(step)["process"], str)
            at = (*step.at, "process") if short else (*step.at, "process", "use")
            message = f"the steps of `{step.use}` are not written yet"
            yield Finding(at, message, f"write them in `processes/{step.use}.yaml`, or do it by hand here")
