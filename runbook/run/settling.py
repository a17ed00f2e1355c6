"""What comes after an attempt that failed: another one, a question to the person there, or the end of the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook.outcome import WaitsFor
from runbook.run.endings import goes_on, is_spare
from runbook.run.handling import fail, retry_later
from runbook.run.retries import next_attempt
from runbook.run.visibility import said_of

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.progress import StepState
    from runbook.run.turn import Turn


def attempt_failed(
    turn: Turn, step: StepState, reason: str, exit_code: int | None, *, attended: bool = False, **data: Json
) -> None:
    """An attempt at the step, by a program or by hand, has failed; `attended` when a person can be asked about it."""
    failures = step.failures + 1
    retry_at = next_attempt(step, turn.state.run, exit_code, turn.now)
    if retry_at:
        retry_later(turn, step, reason, retry_at, **data)
        return
    if failures > 1:
        reason = f"{reason} (after {failures} attempts)"
    if attended and not (_provided(step) or step.siblings.stopped or turn.state.cancelled):
        about: dict[str, Json] = {"for": WaitsFor.DECISION.value, "title": step.step.title, "kind": step.step.kind}
        if step.prompt:
            about["prompt"] = dict(step.prompt)
        turn.emit("StepWaiting", step, **about, reason=reason, **said_of(step), **data)
        return
    fail(turn, step, reason, **data)


def _provided(step: StepState) -> bool:
    """True when the procedure says what comes after its failure, so that nobody has to be asked."""
    return goes_on(step) or is_spare(step) or "on_failure" in step.step.flow.do or _is_turn(step)


def _is_turn(step: StepState) -> bool:
    """True when others like it decide what its failure means."""
    owner = step.siblings.owner
    return owner is not None and owner.turns is not None and owner.step.flow.foreach is not None
