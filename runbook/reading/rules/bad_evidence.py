"""Evidence that nobody can bring, or that can't be taken from where it says.

Why: a step is not done while a required piece is missing. At a step of a person somebody attaches it; from a program it
is taken by what `from` names. What neither of them brings keeps the step from ever being done.

Example:

    - id: back-up
      shell: ./back-up
      evidence:
        report: {types: [application/pdf]}

Instead: say `from: file` and its `path`, or `from: stdout`, at a step that the machine carries out; leave `from` out at
a step of a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook.definition import Step
from runbook.media import TEXT, can_be_told, fits
from runbook.reading.rule import Finding, Subject

CODE = "RB273"
NAME = "bad-evidence"

Found = Iterator[tuple[tuple[str, ...], str, str]]


def check(subject: Subject) -> Iterator[Finding]:
    """Finds evidence at steps that nobody does, and pieces that come from nowhere."""
    for step in subject.every:
        asked = subject.given(step).get("evidence", {})
        kind = subject.kinds[step.kind]
        if asked and not kind.acts and not kind.answer:
            message = f"nobody does a `{step.kind}` step, so nothing is attached to it"
            yield Finding((*step.at, "evidence"), message, "put it at a step of a person, or of a program", key=True)
            continue
        for id, given in asked.items():
            for at, message, help in _piece(id, given or {}, step, kind.acts):
                yield Finding((*step.at, "evidence", id, *at), message, help, key=True)


def _piece(id: str, given: Mapping[str, Any], step: Step, acts: bool) -> Found:
    source, path = given.get("from"), given.get("path")
    if acts and source is None:
        yield (
            (),
            f"`{id}` comes from nowhere: the machine carries `{step.id}` out",
            "say `from: stdout` or `from: file`",
        )
    if not acts and source is not None:
        yield ("from",), f"`from` says nothing at a `{step.kind}` step: no program runs here", "leave it out"
        return
    if source == "file" and path is None:
        yield ("from",), f"`{id}` does not say which file it is", "write its `path`"
    if source != "file" and path is not None:
        yield ("path",), "`path` says nothing without `from: file`", "write `from: file`, or leave it out"
    if path is not None and (path.startswith("/") or ".." in path.split("/")):
        yield ("path",), f"`{path}` is not below the project's folder", "write a path below it"
    types = given.get("types", ())
    if source in ("stdout", "stderr") and not fits(TEXT, types) and all(map(can_be_told, types)):
        yield ("types",), f"what a program writes to {source} is text", "write `text`, or take it from a file"
