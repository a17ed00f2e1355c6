"""Which timers bring a run forward although nobody acts, and which only end somebody's chance."""

from __future__ import annotations

from runbook.outcome import WaitsFor
from runbook.run.events import Status
from runbook.run.progress import StepState


def goes_on_by_itself(step: StepState, until: str) -> bool:
    """True when that instant brings the run forward; a person's deadline only ends their chance."""
    paused = step.status is Status.READY or (step.status is Status.RUNNING and step.turns is not None)
    by_time = step.waits_for == WaitsFor.TIME.value or step.step.kind == "decision"  # one of its options is the clock's
    return step.until == until and (paused or (step.status is Status.WAITING and by_time))
