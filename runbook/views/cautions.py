"""What stands in a box before a step, in the order in which every view shows it."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.definition import Process, Step
from runbook.phrases import Phrase, Say, english

HAZARD = Phrase("HAZARD")
_WORDS = {"warning": Phrase("WARNING"), "caution": Phrase("CAUTION"), "note": Phrase("NOTE")}


def cautions(step: Step, process: Process, say: Say = english) -> Iterator[tuple[Phrase, str]]:
    """The word over each box and its text: the hazards of the step, what its author warns of, what can't be undone.

    The word is one of ours, so that a view can tell it by and say it with `said`.
    """
    for hazard in process.hazards:
        if hazard.get("step") == step.id:
            yield HAZARD, str(hazard["text"])
    for name, word in _WORDS.items():
        if text := getattr(step, name):
            yield word, text
    if step.irreversible:
        yield _WORDS["caution"], say("This can't be undone.")
