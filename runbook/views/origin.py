"""Where a run comes from, when it was not simply started: an earlier run, or one that left it to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook.phrases import Phrase

if TYPE_CHECKING:
    from runbook.run.state import RunState


NOT_EXECUTED = Phrase("Instructions only: nothing of this run is executed.")


def manner(state: RunState) -> str:
    """How it is carried out, when that is not by the machine: transcribed from paper, or by instructions alone."""
    paper = state.transcribed
    if paper:
        at = str(paper["at"])[:16].replace("T", " ")
        return transcribed(str(paper["by"]), at, str(paper["name"]))
    return NOT_EXECUTED if state.instructions else ""


def transcribed(by: str, at: str, name: str) -> Phrase:
    """Who wrote a run down from paper, when, from which file."""
    text = Phrase("Transcribed from paper by {person} at {time}, from {file}: nothing of it was executed.")
    return Phrase(text, person=by, time=at, file=name)


def origin(state: RunState) -> str:
    """In a few words; empty for a run that was simply started."""
    known = state.origin
    if "rerun_of" in known:
        text = Phrase("{run} once more from `{step}` on") if "from" in known else Phrase("{run} once more")
        return Phrase(text, run=known["rerun_of"], step=known.get("from"))
    return Phrase("begun by a step of {run}", run=known["detached_from"]) if "detached_from" in known else ""
