"""A path into JSON can't be read.

Why: a path names each part on its way: `items[0].name`, or `items.0.name`; `[*]` takes every one. What else JSONPath
has, such as filters and a search at any depth, is left out, so that a path means one thing and costs what it finds.

Example:

    outputs: {name: {json: '$..name'}}

Instead: write `items[*].name`, and pick from the list in an expression.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.errors import ExpressionError
from runbook.json_path import parse
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB248"
NAME = "bad-json-path"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds paths of outputs and expectations that are none."""
    for step in subject.every:
        for name, output in step.outputs.items():
            if output.json is not None:
                yield from _wrong((*step.at, "outputs", name, "json"), output.json)
        for path in step.expect.json if step.expect else ():
            yield from _wrong((*step.at, "expect", "json", path), path, key=True)


def _wrong(at: Path, path: str, key: bool = False) -> Iterator[Finding]:
    try:
        parse(path)
    except ExpressionError as error:
        yield Finding(at, str(error), error.help, key=key)
