"""The inputs given to a child process are not those it takes.

Why: the child would be refused when its step begins, after the steps before it have been done.

Example:

    - id: room
      title: Make sure there is room
      process: {use: storage/disk-space-check, with: {foldr: /srv, min_free_mib: plenty}}

Instead: give each input that has no default, by its name, with a value of its type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runbook.clauses import Template
from runbook.definition import Step
from runbook.diagnostics import suggestion
from runbook.expressions.signatures import ANY
from runbook.inputs import flaw
from runbook.outcome import Json
from runbook.patterns import wrong_with
from runbook.reading.rule import Finding, Subject
from runbook.reading.types import OF_SCHEMA, Types

CODE = "RB218"
NAME = "child-inputs"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds inputs of children that are unknown, missing or of another type."""
    types = Types(subject)
    for step in subject.every:
        child = subject.others.get(step.use) if step.use else None
        if child is None or not child.whole or step.use == subject.process.id:
            continue
        yield from _given(step, child.id, child.inputs, types)
        missing = [name for name, each in child.inputs.items() if each["required"] and name not in step.spec.inputs]
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            message = f"`{child.id}` needs {'the input' if len(missing) == 1 else 'the inputs'} {names}"
            yield Finding((*step.at, "process"), message, f"give {names} under `with`", key=True)


def _given(step: Step, use: str, inputs: Mapping[str, Mapping[str, Json]], types: Types) -> Iterator[Finding]:
    for name, value in step.spec.inputs.items():
        at = (*step.at, "process", "with", name)
        if name not in inputs:
            listed = ", ".join(f"`{each}`" for each in inputs)
            help = suggestion(name, inputs, f"its inputs are {listed}" if inputs else "it takes no inputs")
            yield Finding(at, f"`{name}` is not an input of `{use}`", help, key=True)
            continue
        known, constant = _constant(value)
        wanted = inputs[name]
        found, type = types.of_value(value), OF_SCHEMA.get(wanted.get("type", ""), ANY)
        if not known and ANY not in (found, type) and found != type:
            yield Finding(at, f"`{name}` is {found}, and `{use}` takes {type}", f"give it {type}")
        if not known or wrong_with(str(wanted.get("pattern", ""))):
            continue
        problem = flaw(wanted, constant)
        if problem:
            yield Finding(at, f"`{name}` {problem}", f"give a value that fits the input of `{use}`")


def _constant(value: Json) -> tuple[bool, Json]:
    """Whether a value is known before the run, and the value."""
    match value:
        case Template():
            return value.constant, value.source
        case list():
            parts = [_constant(each) for each in value]
            return all(known for known, _ in parts), [each for _, each in parts]
        case dict():
            named = {name: _constant(each) for name, each in value.items()}
            return all(known for known, _ in named.values()), {name: each for name, (_, each) in named.items()}
    return True, value
