"""A field for programs stands at a step that runs none.

Why: `timeout`, `retry`, `expect` and `outputs` are about the attempts of a program and its result. Elsewhere
they would do nothing, and a reader would think they did.

Example:

    - {id: look, title: Look at the rack, manual: Look at the rack., timeout: 10m}

Instead: leave the field out. What people give comes from the `fields` of a form; an approval has a `deadline`;
`verify` repeats by itself, with `every` and `within`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.results import answers_of
from runbook.reading.rule import Finding, Subject

CODE = "RB227"
NAME = "acting-fields"

_FIELDS = ("timeout", "retry", "expect", "outputs")
_ANY = frozenset(_FIELDS)
_HELPS = {"outputs": "leave it out; ask people with `fields`, name values with `set`"}


def check(subject: Subject) -> Iterator[Finding]:
    """Finds fields of programs beside kinds that do not act."""
    for step in subject.every:
        given = subject.given(step)
        if _ANY.isdisjoint(given):
            continue
        if subject.kinds[step.kind].acts:
            if "retry" in given and hasattr(step.spec, "within"):
                message = f"`retry` does nothing beside `{step.kind}`, which repeats by itself"
                yield Finding((*step.at, "retry"), message, "use its `every` and `within`", key=True)
            continue
        for name in _FIELDS:
            if name in given and not (name == "outputs" and answers_of(step)):
                message = f"`{name}` does nothing beside `{step.kind}`: the machine runs no program here"
                yield Finding((*step.at, name), message, _HELPS.get(name, "leave it out"), key=True)
