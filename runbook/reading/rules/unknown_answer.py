"""An answer is named that no field of the step's form gives.

Why: the run would stop where the answer is needed, after people have filled in the form.

Example:

    - id: reading
      title: Read the gauge
      manual: {text: Read it twice., fields: {pressure: {type: number, unit: bar}}}
    - {id: report, title: Report it, shell: 'echo {{ steps.reading.answers.presure }}'}

Instead: write the name as it stands under `fields`. What a machine's step gives are `outputs`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import suggestion
from runbook.reading.results import answers_of, outputs_of
from runbook.reading.rule import Finding, Subject

CODE = "RB212"
NAME = "unknown-answer"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds look-ups of answers that no form asks for."""
    for lookup in subject.lookups:
        match lookup.path:
            case ("steps", id, "answers", name, *_) if id in subject.steps:
                step = subject.steps[id]
                known = answers_of(step)
                if name in known:
                    continue
                if name in (outputs_of(step, subject) or ()):
                    help = f"write `steps.{id}.outputs.{name}`"
                else:
                    help = suggestion(name, known, f"ask for `{name}` under `fields` of the step")
                yield lookup.found(f"`{id}` has no answer `{name}`", help)
