"""One turn of the decider, as the parts of it see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.progress import StepState
    from runbook.run.state import RunState


class Turn(Protocol):
    """Who asks for something, when, and how the run stands after all that was decided so far."""

    state: RunState
    by: str
    """Who says it: the system user."""
    now: str

    def emit(self, type: str, step: StepState | None = None, /, **data: Json) -> None:
        """Records that something has happened."""

    def go_on(self) -> None:
        """Lets happen whatever follows without anybody's choice."""
