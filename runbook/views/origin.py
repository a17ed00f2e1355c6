"""Where a run comes from, when it was not simply started: an earlier run, or one that left it to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runbook.run.state import RunState


NOT_EXECUTED = "Instructions only: nothing of this run is executed."


def manner(state: RunState) -> str:
    """How it is carried out, when that is not by the machine: transcribed from paper, or by instructions alone."""
    paper = state.transcribed
    if paper:
        at = str(paper["at"])[:16].replace("T", " ")
        return f"Transcribed from paper by {paper['by']} at {at}, from {paper['name']}: nothing of it was executed."
    return NOT_EXECUTED if state.instructions else ""


def origin(state: RunState) -> str:
    """In a few words; empty for a run that was simply started."""
    known = state.origin
    if "rerun_of" in known:
        since = f" from `{known['from']}` on" if "from" in known else ""
        return f"{known['rerun_of']} once more{since}"
    return f"begun by a step of {known['detached_from']}" if "detached_from" in known else ""
