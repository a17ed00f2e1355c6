"""Steps that have just begun to wait are given to whom their own rule chooses, over all runs.

Rule 1: what is given in one transaction counts at once, so that five turns that begin together go to five people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from runbook.journal.store import Transaction
from runbook.outcome import WaitsFor
from runbook.run.commands import Work
from runbook.run.decide import decide
from runbook.run.events import Recorded, without_turns
from runbook.run.offering import Past, chosen

if TYPE_CHECKING:
    from runbook.run.progress import StepState
    from runbook.run.state import RunState


def allocated(
    state: RunState, transaction: Transaction, events: Sequence[Recorded], by: str, now: str, where: str
) -> list[Recorded]:
    """What gives the steps that began to wait with these events to somebody; nothing for those offered to all."""
    given: list[Recorded] = []
    loads: Counter[str] | None = None
    known: dict[str, dict[str, Past]] = {}
    for recorded in events:
        step = state.steps.get(recorded.event.step or "")
        if recorded.event.type != "StepWaiting" or step is None or not _to_give(state, step):
            continue
        loads = Counter(transaction.loads()) if loads is None else loads
        bare = without_turns(step.path)
        if bare not in known:
            known[bare] = {person: Past(*told) for person, told in transaction.past(step.path).items()}
        past = known[bare]
        to = chosen(state, step, loads, past, now)
        if not to:
            continue
        rule = step.step.performer.allocate if step.step.performer else ""
        given += decide(state, [Work(step.path, "assign", to, load=loads[to], rule=rule)], by, now, where)
        loads[to] += 1
        newest = max((each.given for each in past.values()), default=0)
        past[to] = Past(past[to].done if to in past else 0, now, newest + 1)
    return given


def _to_give(state: RunState, step: StepState) -> bool:
    """True for a step that waits for somebody to do it, and says by which rule they are found."""
    wanted = step.step.performer
    if wanted is None or not wanted.allocate or step.path not in state.waiting or step.step.kind == "approval":
        return False
    return step.waits_for == WaitsFor.PERSON.value and not step.performed and not step.work.get("by")


__all__ = ["allocated"]
