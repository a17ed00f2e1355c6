"""Whether the steps of a process are written down so that somebody else can carry them out.

Rule 1: it looks at what the author wrote, never at what follows from it: a title made of an id is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runbook.share import Doer, doer, leaves

if TYPE_CHECKING:
    from runbook.definition import Process, Step
    from runbook.kind import Kinds


def undocumented(process: Process, kinds: Kinds) -> tuple[str, ...]:
    """What is not written down of a process, a line each; nothing when every step says what, by whom, and with what
    result."""
    if not process.steps:
        return ("its steps are not written yet",)
    return tuple(_lacking(process, kinds))


def without_a_way_back(process: Process, kinds: Kinds) -> tuple[str, ...]:
    """The ids of the steps that change something by machine, and say neither how to undo it nor that nothing can."""
    return tuple(step.id for step in leaves(process.steps) if not _safe(step, process, kinds))


def needs_evidence(process: Process) -> frozenset[str]:
    """The ids of the steps that are not done without a file or a form that was filled in."""
    return frozenset(
        step.id
        for step in process.every_step()
        if any(each.required for each in step.evidence)
        or any(field.required and field.default is None for field in getattr(step.spec, "fields", ()))
    )


def _lacking(process: Process, kinds: Kinds) -> Iterator[str]:
    steps = list(leaves((*process.checks, *process.steps, *process.finally_)))
    by_people = [step for step in steps if doer(step, kinds) is Doer.PERSON]
    for step in steps:
        if _is_nameless(process, step):
            yield f"step `{step.id}` has no title"
        if doer(step, kinds) is Doer.MACHINE and not (step.by_hand or step.why or _only_computes(step, kinds)):
            yield f"step `{step.id}` says neither why it is there nor how a person does it by hand"
    if by_people and not process.roles and not all(step.role for step in by_people):
        yield "no role says who does its steps"
    if not any(_shows_a_result(step) for step in steps):
        yield "no step says what has to come out: nothing is expected, filled in, verified or attached"


def _is_nameless(process: Process, step: Step) -> bool:
    given = process.data
    for part in step.at:
        given = given[part]  # type: ignore[index]  # a path of the document leads through mappings and lists
    return "title" not in given


def _only_computes(step: Step, kinds: Kinds) -> bool:
    return kinds[step.kind].read_only or not kinds[step.kind].acts


def _shows_a_result(step: Step) -> bool:
    return bool(
        step.expect
        or step.evidence
        or step.outputs
        or step.verifier
        or step.use
        or step.kind in ("verify", "approval", "decision", "ask")
        or getattr(step.spec, "fields", ())
    )


def _safe(step: Step, process: Process, kinds: Kinds) -> bool:
    acts = kinds[step.kind].acts and not step.read_only
    if not acts or step.undo or step.idempotent or process.undone_on_failure or process.on_failure:
        return True
    return step.irreversible and bool(step.warning or step.caution or step.why)
