"""Who sees what a confidential step asks, and what was answered to it.

Rule 1: it leaves out of lists and of `status`; it does not encrypt. Whoever can read the journal can read all of it.
Rule 2: whoever may act at the step sees it, by the very rules that their answer is held to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from runbook.errors import RunbookError
from runbook.run.events import Recorded, Status
from runbook.run.people import check_entitled, check_plays
from runbook.run.progress import StepState

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.state import RunState

ONCE_CLAIMED = "once-claimed"
"""Confidential as soon as somebody has it: then only they see it, their helpers, and who has to confirm it."""


def said_of(step: StepState) -> dict[str, Json]:
    """What the event with which a step begins to wait says of that, so that a list needs nothing else."""
    wanted = step.step.performer
    return {"confidential": wanted.confidential} if wanted and wanted.confidential else {}


def is_hidden(state: RunState, step: StepState, person: str, now: str) -> bool:
    """True when the person is not to see what the step asks, nor what was answered to it."""
    wanted = step.step.performer
    if wanted is None or not wanted.confidential or not step.attempt or person in _involved(step):
        return False
    if wanted.confidential == ONCE_CLAIMED:
        return bool(step.work.get("by")) and not (step.performed and _may_verify(state, step, person, now))
    return not _may_act(state, step, person, now)


def hidden_from(state: RunState, person: str, now: str) -> frozenset[str]:
    """The paths of the steps of a run that are hidden from the person."""
    return frozenset(path for path, step in state.steps.items() if is_hidden(state, step, person, now))


_TOLD = ("for", "until", "due", "turn", "to", "rule")
"""What everybody is told of an event at a confidential step, besides who has it and who answered."""
WITHHELD = "withheld"
"""Stands in the data of an event of which the rest is not shown."""


def withheld(recorded: Recorded, hidden: Collection[str]) -> Recorded:
    """The event as somebody sees it from whom these steps are hidden; whole where it does not concern them."""
    event = recorded.event
    data = event.data
    if event.step is None or event.step not in hidden:
        reason = data.get("reason")
        if not isinstance(reason, str) or (shown := without_reasons(reason, hidden)) == reason:
            return recorded
        return recorded._replace(event=event._replace(data={**data, "reason": shown}))
    kept: dict[str, Json] = {name: data[name] for name in _TOLD if name in data}
    for name, said in (("work", ("by", "state", "offered", "helpers")), ("reply", ("by", "for"))):
        if isinstance(data.get(name), dict):
            kept[name] = {each: data[name][each] for each in said if each in data[name]}
    return recorded._replace(event=event._replace(data={**kept, WITHHELD: True}))


def without_reasons(text: str, hidden: Collection[str]) -> str:
    """What is said of a failure, without the reason of the hidden step that it began with."""
    for path in hidden:
        before, found, _ = text.partition(f"`{path}` failed: ")
        text = before + found.removesuffix(": ")
    return text


def _involved(step: StepState) -> set[str]:
    """Everybody who has had to do with the step itself."""
    said = (step.reply, step.performed, *step.replies)
    found = {step.by, *step.helpers, *(str(step.work.get(name, "")) for name in ("by", "offered"))}
    return (found | {str(each.get(name, "")) for each in said for name in ("by", "for")}) - {""}


def _may_act(state: RunState, step: StepState, person: str, now: str) -> bool:
    if _may_verify(state, step, person, now):
        return True
    if step.step.kind == "approval" and step.step.spec is not None:
        return _plays(state, step, _deciding(step), person, now)
    try:
        check_entitled(state, step.siblings.scope, step.step, person, "", step.overdue, now)
    except RunbookError:
        return False
    return True


def _plays(state: RunState, step: StepState, roles: Iterable[str], person: str, now: str) -> bool:
    try:
        check_plays(state, step.siblings.scope, step.step, roles, person, now=now)
    except RunbookError:
        return False
    return True


def _may_verify(state: RunState, step: StepState, person: str, now: str) -> bool:
    """True for somebody who may confirm the step, once there is something to confirm."""
    done = bool(step.performed) or step.status in (Status.SUCCEEDED, Status.FAILED)
    return bool(step.step.verifier) and done and _plays(state, step, (step.step.verifier,), person, now)


def _deciding(step: StepState) -> Iterator[str]:
    yield from step.step.spec.roles
    yield from filter(None, (step.step.spec.escalate_to, step.step.spec.emergency))


__all__ = ["ONCE_CLAIMED", "WITHHELD", "hidden_from", "is_hidden", "said_of", "withheld", "without_reasons"]
