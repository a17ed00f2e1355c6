"""What came of a run that was taken up while nobody watched: as lines, or as data for a program."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from runbook.run.state import RunState
from runbook.run.visibility import without_reasons
from runbook.views import machine
from runbook.views.awaited import awaited
from runbook.views.style import SIGNS, Style
from runbook.views.visible import visible


def moved(state: RunState, process: str, style: Style, hidden: Collection[str] = ()) -> str:
    """The line for a run that got on: where it stands now, and what it waits for."""
    sign, code = SIGNS[state.status]
    line = style.paint(f"{sign} {state.status:<9}", code) + f" {state.run}  {process}"
    if state.ended:
        why = visible(without_reasons(state.reason, hidden)) if state.status == "failed" else ""
    else:
        what, *others = [what for what, _ in awaited(state, hidden=hidden)][:-1] or [""]
        why = f"{what}, and {len(others)} more" if others else what
    return f"{line}  ({why})" if why else line


def not_started(run: str, objections: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The lines for the steps that the machine could go on with and nobody lets it."""
    for step, reason in objections:
        yield f"{run}  `{step}` is not carried out: {visible(reason)}"


def as_json(
    run: str,
    process: str,
    state: RunState | None,
    objections: Sequence[tuple[str, str]],
    error: Exception | None,
    hidden: Collection[str] = (),
) -> dict[str, Any]:
    """What came of a run, as `tick --json` prints it; of the steps in `hidden`, how they stand."""
    entry: dict[str, Any] = {"run": run, "process": process, "status": state.status if state else "unknown"}
    if state and state.reason:
        entry["reason"] = without_reasons(state.reason, hidden)
    entry["waiting"] = machine.seen_waiting(state, hidden) if state and not state.ended else []
    entry["not_started"] = [{"step": step, "reason": reason} for step, reason in objections]
    if error:
        entry["trouble"], entry["help"] = str(error), str(getattr(error, "help", ""))
    return entry
