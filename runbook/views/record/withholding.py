"""The record of a run for a page that anybody reads: without what its confidential steps hold.

Rule 1: what is known of such a step is what everybody is told of it: that it is there, when it went on and who did it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from runbook.run.state import RunState
from runbook.run.visibility import without_reasons
from runbook.views.deviations import Deviation
from runbook.views.record.model import Attempt, Done, Record


def confidential(state: RunState) -> frozenset[str]:
    """The paths of the steps of a run that are confidential, whoever asks."""
    return frozenset(
        path for path, step in state.steps.items() if step.step.performer and step.step.performer.confidential
    )


def for_everybody(record: Record, hidden: Collection[str]) -> Record:
    """The record without what these steps hold, nor what others say of it."""
    if not hidden:
        return record
    return replace(
        record,
        reason=without_reasons(record.reason, hidden),
        failures=tuple(without_reasons(each, hidden) for each in record.failures),
        inputs={},
        outputs={},
        deviations=tuple(_deviation(each, hidden) for each in record.deviations),
        approvals=tuple(replace(each, shown="") for each in record.approvals if each.step not in hidden),
        evidence=tuple(each for each in record.evidence if each.step not in hidden),
        remarks=(),
        steps=tuple(_step(each, hidden) for each in record.steps),
    )


def _deviation(each: Deviation, hidden: Collection[str]) -> Deviation:
    if each.step in hidden:
        return replace(each, text=f"{each.step}: {each.kind.replace('-', ' ')}")
    return replace(each, text=without_reasons(each.text, hidden))


def _step(each: Done, hidden: Collection[str]) -> Done:
    """A step without what was said in it; what others have taken from a hidden one could be in any of them."""
    own = each.path in hidden
    return replace(
        each,
        reason="" if own else without_reasons(each.reason, hidden),
        choice="" if own else each.choice,
        attempts=tuple(_attempt(one, own, hidden) for one in each.attempts),
        item=None,
        shown="",
        said=(),
        besides=(),
        remarks=(),
        evidence=() if own else each.evidence,
        command="",
        carried_out="",
        output="",
        cut=0,
        outputs={},
        form=(),
        undo="" if own else each.undo,
    )


def _attempt(each: Attempt, own: bool, hidden: Collection[str]) -> Attempt:
    return replace(each, reason="" if own else without_reasons(each.reason, hidden), said=())


__all__ = ["confidential", "for_everybody"]
