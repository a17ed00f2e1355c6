"""What a decision has chosen, and who took it: a person, an expression, a signal or the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.phrases import Phrase, joined
from runbook.run.events import Status

if TYPE_CHECKING:
    from runbook.definition import Step
    from runbook.outcome import Json
    from runbook.run.progress import StepState


def taken_by(step: Step, about: Mapping[str, Json]) -> str:
    """What took a decision instead of a person, by what its end says: `by the clock`; empty where a person did."""
    if step.kind != "decision":
        return ""
    if about.get("signal"):
        return Phrase("by the signal `{signal}`", signal=about["signal"])
    return Phrase("by the clock") if about.get("clock") else ""


def chosen(step: StepState) -> str:
    """What a decision that is over chose: "chose `timed`, by the clock"; empty for other steps."""
    if step.step.kind != "decision" or step.status is not Status.SUCCEEDED:
        return ""
    ways = step.outputs.get("choices", [step.outputs["choice"]] if "choice" in step.outputs else [])
    by = taken_by(step.step, {"signal": step.signal, "clock": step.by_clock})
    named = ", ".join(f"`{way}`" for way in ways)
    said = Phrase("chose {ways}", ways=named) if named else Phrase("chose nothing")
    return joined((said, by), ", ") if by else said
