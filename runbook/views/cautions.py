"""What stands in a box before a step, in the order in which every view shows it."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.definition import Process, Step

HAZARD = "HAZARD"


def cautions(step: Step, process: Process) -> Iterator[tuple[str, str]]:
    """The word over each box and its text: the hazards of the step, what its author warns of, what can't be undone."""
    for hazard in process.hazards:
        if hazard.get("step") == step.id:
            yield HAZARD, str(hazard["text"])
    for word in ("warning", "caution", "note"):
        if text := getattr(step, word):
            yield word.upper(), text
    if step.irreversible:
        yield "CAUTION", "This can't be undone."
