"""A `when` is always true or always false.

Why: a step whose condition can't change is always done or never. Mostly a name was forgotten, or a step was
switched off for a moment and then forgotten.

Example:

    - {id: reboot, title: Restart the server, when: false, shell: reboot}

Instead: compare with an input or with what a step found out, leave `when` out, or take the step out.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import Severity
from runbook.errors import ExpressionError
from runbook.expressions import condition, names
from runbook.reading.rule import Finding, Subject

CODE = "RB234"
NAME = "constant-when"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Finding]:
    """Finds conditions of steps that look nothing up."""
    flawed = {flaw.at for flaw in subject.flaws}
    for step in subject.every:
        if step.when is None or (*step.at, "when") in flawed or next(names(step.when.tree), None):
            continue
        try:
            holds = condition(step.when, {})
        except ExpressionError as error:
            yield Finding((*step.at, "when"), str(error), error.help)
            continue
        if holds:
            yield Finding((*step.at, "when"), f"`{step.id}` is always done", "leave `when` out")
        else:
            yield Finding((*step.at, "when"), f"`{step.id}` is never done", "take the step out, or name a value")
