"""A sample of a step says what the step can't give.

Why: a dry run takes it for what the step gives. A name that the step does not have feeds nobody, and a value of another
type would have the dry run show what can't happen.

Example:

    - id: measure
      command: [measure]
      outputs: {free: {type: integer}}
      sample: {free: much}

Instead: give a value of the type: `sample: {free: 12}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.definition import Step
from runbook.diagnostics import suggestion
from runbook.errors import Refused
from runbook.form import checked
from runbook.outcome import Json
from runbook.outputs import kind_of
from runbook.reading.results import outputs_of
from runbook.reading.rule import Finding, Subject

CODE = "RB283"
NAME = "bad-sample"

_TYPES: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "text": str,
    "lines": list,
    "mapping": dict,
}
_NOUNS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "text": "a text",
    "lines": "a list",
    "list": "a list",
    "mapping": "a mapping",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Finds samples of outputs that a step does not have, or that are of another type."""
    for step in subject.every:
        known = outputs_of(step, subject) if step.sample else None
        for name, value in step.sample.items():
            at = (*step.at, "sample", name)
            if known is not None and name not in known:
                otherwise = f"its outputs are {', '.join(f'`{each}`' for each in known)}" if known else "it has none"
                yield Finding(at, f"`{step.id}` has no output `{name}`", suggestion(name, known, otherwise), key=True)
            elif wrong := _wrong(step, name, value):
                yield Finding(at, *wrong)


def _wrong(step: Step, name: str, value: Json) -> tuple[str, str] | None:
    """What is wrong with a sample of an output that there is, and what to do."""
    if step.flow.foreach or step.flow.repeat:
        return None
    if step.kind == "decision":
        options = [option.id for option in step.spec.options]
        if any(each not in options for each in (value if isinstance(value, list) else [value])):
            listed = ", ".join(f"`{each}`" for each in options)
            return f"`{value}` is not an option of `{step.id}`", f"its options are {listed}"
        return None
    for field in getattr(step.spec, "fields", ()):
        if field.name == name and field.type not in ("file", "signature"):
            try:
                checked(field, value)
            except Refused as error:
                return str(error), error.help
    output = step.outputs.get(name)
    if output is None or output.kept:
        return None
    if kind_of(output) == "list":
        return None if isinstance(value, list) else (f"`{name}` is a list", "give a list of samples")
    if output.type == "json":
        return None
    is_number = isinstance(value, bool) and output.type in ("integer", "number")
    if not isinstance(value, _TYPES[output.type]) or is_number:
        return f"`{name}` is {_NOUNS[output.type]}", "give a sample of that type"
    return None
