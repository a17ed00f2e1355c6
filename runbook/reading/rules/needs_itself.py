"""A step needs itself.

Why: it would wait for its own end and never begin.

Example:

    steps:
      - {id: copy, title: Copy the files, needs: [copy], shell: cp -r a b}

Instead: name the step that has to come before, or leave `needs` out: then it is the one above.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB204"
NAME = "needs-itself"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds steps whose own id is among their needs."""
    for step in subject.every:
        if step.id in step.needs:
            at = (*step.at, "needs", step.needs.index(step.id)) if "needs" in subject.given(step) else step.at
            if subject.steps[step.id] is step:
                yield Finding(at, f"`{step.id}` needs itself", "name the step that comes before it")
