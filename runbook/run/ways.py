"""The ways on from a step: what a decision, or the `goto` of a failure, leaves out, and where it leads back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.errors import Refused
from runbook.graph import NO_OPTION, ON_FAILURE
from runbook.run.events import Status
from runbook.run.moves import to_reopen
from runbook.run.progress import StepState

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.turn import Turn


def objection(turn: Turn, step: StepState, target: str) -> str:
    """Why the run can't go back to that step now; empty when it can, or when the way does not lead back."""
    if not leads_back(step, target):
        return ""
    goal = step.siblings.steps[target]
    most = goal.step.flow.max_passes
    if goal.passes + 1 >= most:
        return f"`{goal.path}` may be begun {most} times in a run, and has been: loop limit"
    try:
        to_reopen(turn.state, goal.path, ending=step)
    except Refused as error:
        return str(error)
    return ""


def leads_back(step: StepState, goal: str) -> bool:
    """True when that step, to which the way leads on from this one, lies before it."""
    return goal in step.siblings.links.back.get(step.step.id, ())


def goal_of(step: StepState, outputs: Mapping[str, Json]) -> str:
    """The step that what a decision chose leads to by a `goto`; the first one when there are several."""
    chosen = chosen_of(outputs)
    options = step.step.spec.options if step.step.kind == "decision" else ()
    back = step.siblings.links.back.get(step.step.id, ())
    goals = [option.goto for option in options if option.id in chosen and option.goto]
    return next((goal for goal in goals if goal in back), goals[0] if goals else "")


def chosen_of(outputs: Mapping[str, Json]) -> Sequence[str]:
    """The options that a decision took."""
    return outputs["choices"] if "choices" in outputs else [outputs["choice"]] if "choice" in outputs else []


def lead_on(turn: Turn, step: StepState) -> None:
    """After a decision: back to where its choice leads, or on, with the steps skipped that it leaves out."""
    chosen = chosen_of(step.outputs)
    said = "`, `".join(chosen) or "nothing"
    goal = goal_of(step, step.outputs)
    if leads_back(step, goal):
        go_back(turn, step, goal, f"`{step.path}` chose `{said}`")
        return
    ways = step.siblings.links.skips.get(step.step.id, {})
    left_out = [ways.get(option, ()) for option in chosen] or [ways.get(NO_OPTION, ())]
    in_all = set(left_out[0]).intersection(*left_out[1:])
    _skip(turn, step, [id for id in left_out[0] if id in in_all], f"`{step.path}` chose `{said}`")


def lead_from_failure(turn: Turn, step: StepState, reason: str) -> None:
    """After a failure whose `goto` says where the run goes on."""
    goal, why = step.step.flow.goto, f"`{step.path}` failed: {reason}"
    if leads_back(step, goal):
        go_back(turn, step, goal, why)
    else:
        _skip(turn, step, step.siblings.links.skips.get(step.step.id, {}).get(ON_FAILURE, ()), why)


def go_back(turn: Turn, step: StepState, goal: str, reason: str) -> None:
    """The goal, and all that depends on it, is done anew."""
    target = step.siblings.steps[goal]
    for moved in to_reopen(turn.state, target.path, ending=step):
        if moved.status is not Status.PENDING:  # what was cut off comes back with what cut it off
            turn.emit("StepReopened", moved, to=target.path, by="", reason=reason)


def _skip(turn: Turn, step: StepState, ids: Sequence[str], reason: str) -> None:
    for id in ids:
        other = step.siblings.steps[id]
        if other.status in (Status.PENDING, Status.READY) and not other.attempts:
            turn.emit("StepSkipped", other, reason=reason)
