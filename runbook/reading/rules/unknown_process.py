"""A step runs a process that the project does not have.

Why: the run would stop there, after the steps before it have been done.

Example:

    - {id: room, title: Make sure there is room, process: storage/disk-spce-check}

Instead: write the id as `runbook list` shows it: the group's folder, a slash, the file's name without `.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import suggestion
from runbook.reading.rule import Finding, Subject

CODE = "RB216"
NAME = "unknown-process"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds steps that use a process nobody wrote."""
    for step in subject.every:
        if step.use and step.use not in subject.others:
            short = isinstance(subject.given(step)["process"], str)
            at = (*step.at, "process") if short else (*step.at, "process", "use")
            help = suggestion(step.use, subject.others, "see `runbook list` for the processes there are")
            yield Finding(at, f"there is no process `{step.use}`", help)
