"""What came of one step of many runs that was done in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from runbook.views.lines import wrapped
from runbook.views.visible import visible

OUTCOMES = ("answered", "refused", "left")
"""What can come of one of them."""


@dataclass(frozen=True, slots=True)
class Piled:
    """One run of a pile: whether it was answered, refused (`why`, and what `help`s), or left as it is."""

    run: str
    step: str
    outcome: str
    why: str = ""
    help: str = ""


def refusal(each: Piled, width: int) -> Iterator[str]:
    """Why one of them was refused."""
    yield from wrapped(f"{each.run}  {each.step}  refused: {visible(each.why)}", width, "", "  ")
    if each.help:
        yield from wrapped(visible(each.help), width, "  ")


def summary(found: Sequence[Piled], open_runs: int) -> Iterator[str]:
    """How many were answered, refused and left, and what goes on with those that are open."""
    counts = Counter(each.outcome for each in found)
    yield ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome] or outcome == "answered")
    if open_runs:
        what = "it goes" if open_runs == 1 else f"all {open_runs} go"
        yield f"What the machine does next: `runbook tick`, and {what} on"


def as_json(process: str, step: str, found: Sequence[Piled]) -> dict[str, Any]:
    """The same for programs."""
    told = [
        {"run": each.run, "step": each.step, "outcome": each.outcome}
        | ({"why": each.why, "help": each.help} if each.outcome == "refused" else {})
        for each in found
    ]
    counts = {outcome: sum(each.outcome == outcome for each in found) for outcome in OUTCOMES}
    return {"process": process, "step": step, **counts, "runs": told}


__all__ = ["OUTCOMES", "Piled", "as_json", "refusal", "summary"]
