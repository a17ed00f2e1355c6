"""A step needs the same step twice.

Why: it waits for it once, so one of the two was surely meant to be another.

Example:

    - {id: tell, title: Tell them, needs: [copy, copy], manual: Tell them.}

Instead: name each step once: `needs: [copy, check]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import Severity
from runbook.reading.rule import Finding, Subject

CODE = "RB246"
NAME = "repeated-need"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Finding]:
    """Finds ids that stand twice in one `needs`."""
    for step in subject.every:
        if not step.needs:
            continue
        needs = subject.given(step).get("needs", ())
        if len(needs) <= len(step.needs):
            continue
        for place, need in enumerate(needs):
            if need in needs[:place]:
                message = f"`{step.id}` needs `{need}` twice"
                yield Finding((*step.at, "needs", place), message, "name another step, or delete it")
