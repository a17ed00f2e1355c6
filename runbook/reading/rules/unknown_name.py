"""An expression uses a name that means nothing where it stands.

Why: an expression sees `inputs`, `steps`, `run`, and inside of `expect` the step's own `outputs`, `exit_code`,
`stdout` and `stderr`. Of a step it sees `outputs`, `answers`, `status` and `passes`; of the run `id`, `process`,
`started_by` and `started_at`. A step with `foreach` sees its `item`, one with `repeat` what its `last` turn gave,
both the number of the `turn`; steps about a failure see the `failure`.

Example:

    - {id: greet, title: Greet, shell: 'echo {{ input.name }} {{ yes }}'}

Instead: write the full name, such as `inputs.name`. Text inside an expression stands in quotes.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import suggestion
from runbook.reading.results import outputs_of
from runbook.reading.rule import Finding, Lookup, Subject

CODE = "RB213"
NAME = "unknown-name"

_NAMES = ("inputs", "steps", "run", "secrets")
_OF_STEP = ("outputs", "answers", "status", "passes")
_OF_RUN = ("id", "process", "started_by", "started_at")
_RESULTS = ("outputs", "exit_code", "stdout", "stderr")
_TRUTH = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def check(subject: Subject) -> Iterator[Finding]:
    """Finds names that an expression can't see."""
    for lookup in subject.lookups:
        first, *rest = lookup.path
        known = (*_NAMES, *subject.seen(lookup.use)) if first not in _NAMES else _NAMES
        if first not in known:
            yield _unknown(subject, lookup, known)
        elif first == "secrets" and rest and rest[0] not in subject.process.secrets:
            help = suggestion(rest[0], tuple(subject.process.secrets), "name it under `secrets` of the process")
            yield lookup.found(f"there is no secret `{rest[0]}`", help)
        elif first == "run" and rest and rest[0] not in _OF_RUN:
            help = suggestion(rest[0], _OF_RUN, "it has `id`, `process`, `started_by` and `started_at`")
            yield lookup.found(f"`run` has no `{rest[0]}`", help)
        elif first == "steps" and len(rest) > 1 and rest[0] in subject.steps and rest[1] not in _OF_STEP:
            yield lookup.found(f"a step has no `{rest[1]}`", _instead(subject, rest[0], rest[1]))


def _instead(subject: Subject, id: str, name: str) -> str:
    if name in (outputs_of(subject.steps[id], subject) or ()):
        return f"write `steps.{id}.outputs.{name}`"
    if name in _RESULTS:
        return f"name it under `outputs` of the step, and write `steps.{id}.outputs.NAME`"
    return suggestion(name, _OF_STEP, "it has `outputs`, `answers`, `status` and `passes`")


def _unknown(subject: Subject, lookup: Lookup, known: tuple[str, ...]) -> Finding:
    name = lookup.path[0]
    if name in subject.process.inputs:
        help = f"write `inputs.{name}`"
    elif name in subject.steps:
        help = f"write `steps.{name}`"
    elif name in _TRUTH:
        help = f"write `{_TRUTH[name]}`, or `'{name}'` for the text"
    elif name in _RESULTS:
        help = f"write `steps.ID.outputs.NAME`; `{name}` is seen only inside of `expect`"
    else:
        help = suggestion(name, known, "put text in quotes; values begin with `inputs`, `steps` or `run`")
    return lookup.found(f"`{name}` is not a name that is known here", help)
