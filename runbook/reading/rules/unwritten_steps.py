"""A process says something about its steps, and has none.

Why: a process without `steps` is only listed: nobody can carry it out yet. What belongs to steps has no meaning there,
so most likely the steps were lost.

Example:

    title: Rotate the backups
    owner: bo
    finally:
      - {id: tell, title: Tell the team, manual: Tell them.}

Instead: write the `steps`, or leave out what belongs to them until they are there.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB343"
NAME = "unwritten-steps"

_PARTS = ("checks", "finally", "on_failure", "on_cancel", "outputs")


def check(subject: Subject) -> Iterator[Finding]:
    """Finds parts of a process that has no steps."""
    if subject.process.is_written:
        return
    for part in _PARTS:
        if part in subject.process.data:
            message = f"there is `{part}`, and the process has no steps"
            yield Finding((part,), message, "write its `steps`, or leave this out until they are there", key=True)
