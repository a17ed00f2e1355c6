"""What hangs on an approval: the steps that need it, whether one has begun, and when its yes no longer counts.

Rule 1: nothing here changes the run, so that a run that is folded anew has the same yes expire at the same instant.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.run.events import Status
from runbook.run.progress import StepState


def needing(gate: StepState) -> Iterator[StepState]:
    """The steps that need the approval: those after it, and those after each part that it stands in."""
    step: StepState | None = gate
    while step is not None:
        siblings = step.siblings
        yield from (siblings.steps[id] for id in siblings.links.after.get(step.step.id, ()))
        step = siblings.owner or siblings.scope.owner


def begun(gate: StepState) -> bool:
    """True when something that needs the approval has begun: a program, or a step that somebody has taken on."""
    for step in needing(gate):
        waits = step.status is Status.WAITING and step.work.get("state") != "started" and not step.performed
        if step.attempts and not waits and step.status not in (Status.PENDING, Status.READY):
            return True
    return False


def can_expire(gate: StepState) -> bool:
    """True when a yes is still waited for with something to do, so that it may come too late for that."""
    wanted = any(not step.status.is_final for step in needing(gate))
    return wanted and not gate.siblings.stopped and not begun(gate)
