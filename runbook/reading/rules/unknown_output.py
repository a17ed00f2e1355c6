"""An output of a step is named that the step does not have.

Why: the run would stop where the value is needed, after the steps before it have been done. A program's outputs
are those under its `outputs`; the fields of a form, the `values` of a `set`, the `choice` of a decision,
`approved` and `by` of an approval and the `outputs` of a child process are outputs too.

Example:

    - id: measure
      title: Measure the free space
      shell: df --output=avail / | tail -1
      outputs: {free: stdout}
    - {id: report, title: Report it, shell: 'echo {{ steps.measure.outputs.space }}'}

Instead: write the name as it stands under `outputs` of the step, or declare it there.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.definition import Step
from runbook.diagnostics import suggestion
from runbook.reading.results import outputs_of
from runbook.reading.rule import Finding, Lookup, Subject

CODE = "RB211"
NAME = "unknown-output"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds look-ups of outputs, and limits of outputs, that no step gives."""
    for lookup in subject.lookups:
        match lookup.path:
            case ("steps", id, "outputs", name, *_) if id in subject.steps:
                yield from _of_step(subject, subject.steps[id], name, lookup)
            case ("outputs", name, *_) if lookup.use.step and "outputs" in lookup.use.extra:
                yield from _of_step(subject, subject.steps[lookup.use.step], name, lookup)
    for step in subject.every:
        for name in step.expect.limits if step.expect else ():
            if name not in step.outputs:
                help = suggestion(name, step.outputs, f"declare `{name}` under `outputs` of the step")
                message = f"`{step.id}` has no output `{name}` to limit"
                yield Finding((*step.at, "expect", "limits", name), message, help, key=True)


def _of_step(subject: Subject, step: Step, name: str, lookup: Lookup) -> Iterator[Finding]:
    known = outputs_of(step, subject)
    if known is None or name in known:
        return
    if step.use:
        otherwise = f"declare `{name}` under `outputs` of `{step.use}`"
    elif subject.kinds[step.kind].acts:
        otherwise = f"declare `{name}` under `outputs` of the step"
    else:
        otherwise = f"its outputs are {', '.join(f'`{each}`' for each in known)}" if known else "it has no outputs"
    yield lookup.found(f"`{step.id}` has no output `{name}`", suggestion(name, known, otherwise))
