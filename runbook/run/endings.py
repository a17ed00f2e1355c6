"""What the end of a step means for its list: whether the others go on, and whether it makes the process fail.

Rule 1: these are questions; nothing changes by asking them.
"""

from __future__ import annotations

from runbook.definition import OnFailure
from runbook.run.events import Status
from runbook.run.progress import StepList, StepState


def goes_on(step: StepState) -> bool:
    """True when the steps after it are done even if it fails; all the checks of a process are."""
    if step.siblings.part == ":checks":
        return True
    return step.step.on_failure in (OnFailure.CONTINUE, OnFailure.GOTO) and not step.unhandled


def innermost(siblings: StepList) -> StepState | None:
    """The step that the failure of a list goes back to."""
    for step in siblings.steps.values():
        if step.status is Status.FAILED or (step.status is Status.RUNNING and step.inside):
            for opened in reversed(step.inside):
                inner = opened if isinstance(opened, StepList) else opened.current or opened.lists.get(":steps")
                if inner and not inner.handles and (found := innermost(inner)):
                    return found
            if step.status is Status.FAILED:
                return step
    return None


def satisfies(step: StepState) -> bool:
    """True when what needs the step may begin."""
    if step.status is Status.FAILED:
        return goes_on(step)
    return step.status in (Status.SUCCEEDED, Status.SKIPPED) or (step.status is Status.CANCELLED and not step.cut)


def is_spare(step: StepState) -> bool:
    """True when its failure is the matter of a join that can do without it."""
    return step.step.id in step.siblings.links.spare


def failure(step: StepState) -> str:
    """What the step makes its process fail for; empty when it does not."""
    if step.status is not Status.FAILED or not step.step.critical or is_spare(step):
        return ""
    handled = step.step.on_failure is OnFailure.GOTO or (
        step.step.on_failure is OnFailure.CONTINUE and "on_failure" in step.step.flow.do
    )
    return "" if handled and not step.unhandled else f"step `{step.path}` failed: {step.reason}"
