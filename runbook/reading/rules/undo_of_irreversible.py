"""A step says how to undo it, and that it can't be undone.

Why: in trouble somebody reads this. One of the two is wrong, and nobody has the time to find out which.

Example:

    - {id: wipe, title: Wipe the disk, manual: Wipe the disk., irreversible: true, undo: Restore the backup.}

Instead: keep `undo` when it brings back what was there, `irreversible` when nothing does.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB238"
NAME = "undo-of-irreversible"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds steps with both fields."""
    for step in subject.every:
        if step.undo and step.irreversible:
            yield Finding(
                (*step.at, "undo"), f"`{step.id}` has an `undo` and is `irreversible`", "keep one of them", key=True
            )
