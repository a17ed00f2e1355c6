"""What another version of its process would mean to a run, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from runbook.run.migration import Difference, Verdict, verdict
from runbook.run.state import RunState
from runbook.views.style import Style
from runbook.views.visible import visible


def touches(found: Sequence[Difference]) -> bool:
    """True when something that is done, or under way, would have been done otherwise."""
    return any(each.verdict is Verdict.TOUCHES for each in found)


def as_lines(state: RunState, found: tuple[Difference, ...], style: Style) -> Iterator[str]:
    """The differences, the gravest first, and what follows."""
    if not found:
        yield f"Run {state.run} is bound to today's version of {state.plan.root}; there is nothing to adopt."
        return
    order = [Verdict.TOUCHES, Verdict.SAFE, Verdict.TEXT]
    for each in sorted(found, key=lambda each: order.index(each.verdict)):
        colour = "31" if each.verdict is Verdict.TOUCHES else "2"
        where = f"{each.process} `{each.step}`" if each.step else each.process
        yield f"{visible(where)}: {visible(each.what)} {style.paint(f'({each.verdict.value})', colour)}"
    yield ""
    if touches(found):
        yield "It can't be adopted: what is done or under way would have been done otherwise."
        yield f"Let the run end by its own version, or cancel it: runbook cancel {state.run} --reason TEXT"
    else:
        yield f"Verdict: {verdict(found).value}. Adopt it with: runbook migrate {state.run} --reason TEXT"


def as_json(state: RunState, found: tuple[Difference, ...]) -> dict[str, Any]:
    """The same for programs."""
    differences = [
        {"process": each.process, "step": each.step, "what": each.what, "verdict": each.verdict.value} for each in found
    ]
    return {
        "run": state.run,
        "process": state.plan.root,
        "verdict": verdict(found).value,
        "adoptable": not touches(found),
        "differences": differences,
    }
