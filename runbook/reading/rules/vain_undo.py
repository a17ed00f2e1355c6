"""A failure is to undo what was done, and a step that nothing brings back stands in the way.

Why: once a step with `irreversible: true` is done, `on_failure: undo` undoes nothing at all, because half a way back
may be worse than none. What fails after it leaves everything as it is, and its author thinks otherwise.

Example:

    steps:
      - {id: open, title: Open the port, shell: ./open, undo: {shell: ./close}}
      - {id: wipe, title: Wipe the old disk, irreversible: true, shell: ./wipe}
      - {id: start, title: Start the service, shell: ./start}
    on_failure: undo

Instead: put what can't be undone last, or put what can be undone before it into a section with an `on_failure: undo`
of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook.definition import OnFailure, Step
from runbook.diagnostics import Severity
from runbook.graph import followers, onward
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB253"
NAME = "vain-undo"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Finding]:
    """Finds ways back that a step closes while other steps inside may still fail."""
    if ":steps" in subject.orders and subject.process.undone_on_failure:
        yield from _found(subject.process.steps, ("on_failure",))
    for step in subject.every:
        if step.id in subject.orders and step.on_failure is OnFailure.UNDO:
            yield from _found((step,), (*step.at, "on_failure"))


def _found(steps: Sequence[Step], at: Path) -> Iterator[Finding]:
    if closing := _closing(steps):
        message = f"nothing is undone once `{closing.id}` is done: it is `irreversible`"
        help = "do it last, or put the steps before it into a section with an `on_failure: undo` of its own"
        yield Finding(at, message, help, key=True)


def _closing(steps: Sequence[Step]) -> Step | None:
    """The first step that closes the way back while others, or another turn of it, may fail after it."""
    after = followers(steps)
    critical = {step.id for step in steps if step.critical}
    for step in steps:
        found = _irreversible(step)
        if found and (step.flow.body or critical & onward((step.id,), after) - {step.id}):
            return found
        if found and (inside := _closing(step.steps)):
            return inside
    return None


def _irreversible(step: Step) -> Step | None:
    """The first step that nothing brings back: this one, or one inside of it."""
    whole = step.flow.body or step
    if whole.irreversible or whole.undo:
        return whole if whole.irreversible else None
    return next((found for each in whole.steps if (found := _irreversible(each))), None)
