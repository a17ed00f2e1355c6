"""What a step hands on to later ones: the names of its outputs and of its answers."""

from __future__ import annotations

from runbook.definition import Step
from runbook.reading.rule import Subject

_OF_KIND = {
    "decision": ("choice",),
    "approval": ("approved", "by"),
    "section": (),
    "wait": (),
    "end": (),
}


def outputs_of(step: Step, subject: Subject) -> tuple[str, ...] | None:
    """The names of a step's outputs; None when nobody can know them."""
    if step.flow.foreach:
        return ("items", "done", "failed")
    if step.flow.repeat:
        once = _of_one_turn(step, subject)
        return None if once is None else (*once, "turns")
    return _of_one_turn(step, subject)


def _of_one_turn(step: Step, subject: Subject) -> tuple[str, ...] | None:
    if step.use and step.spec.detached:
        return ("run",)
    if step.use:
        child = subject.others.get(step.use)
        return child.outputs if child and child.whole else None
    if subject.kinds[step.kind].acts:
        return tuple(step.outputs)
    if hasattr(step.spec, "values"):
        return tuple(step.spec.values)
    if step.kind == "decision" and step.spec.several:
        return ("choices",)
    if fields := answers_of(step):
        return (*fields, *(name for name in step.outputs if name not in fields))
    return _OF_KIND.get(step.kind, () if hasattr(step.spec, "fields") else None)


def answers_of(step: Step) -> tuple[str, ...]:
    """The names of the fields a person fills in at a step."""
    return tuple(field.name for field in getattr(step.spec, "fields", ()))
