"""A regular expression can't be read, or could keep the machine busy for ever.

Why: a pattern is tried when the run is under way. A repetition inside of a repetition, such as `(a+)+`, can
take longer than anybody waits on a text of thirty characters.

Example:

    inputs:
      name: {type: string, pattern: '^([a-z]+-?)+$'}

Instead: let a fixed character end each round: `'^[a-z]+(-[a-z]+)*$'`. A sign that is meant as text needs `\\\\`
before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook.patterns import wrong_with
from runbook.reading.rule import Finding, Subject, fields_of
from runbook.source import Path

CODE = "RB228"
NAME = "bad-pattern"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds patterns that do not compile or that can take for ever."""
    for at, pattern in _patterns(subject):
        problem = wrong_with(pattern)
        if problem:
            yield Finding(at, *problem)


def _patterns(subject: Subject) -> Iterator[tuple[Path, str]]:
    for name, each in subject.process.inputs.items():
        yield from _of_input(each.schema, ("inputs", name))
    for at, field, _ in fields_of(subject):
        if field.pattern:
            yield (*at, "pattern"), field.pattern
    for step in subject.every:
        for name, output in step.outputs.items():
            if output.regex is not None:
                yield (*step.at, "outputs", name, "regex"), output.regex
        if step.expect:
            listed = isinstance(subject.given(step)["expect"].get("matches"), list)
            for place, pattern in enumerate(step.expect.matches):
                yield (*step.at, "expect", "matches", *((place,) if listed else ())), pattern


def _of_input(schema: Mapping[str, Any], at: Path) -> Iterator[tuple[Path, str]]:
    if "pattern" in schema:
        yield (*at, "pattern"), schema["pattern"]
    if schema.get("items"):
        yield from _of_input(schema["items"], (*at, "items"))
