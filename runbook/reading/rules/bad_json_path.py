"""A path into JSON is written with brackets.

Why: a path has its parts between dots, numbers of items included. With brackets nothing is found, and the step fails.

Example:

    outputs: {name: {json: 'items[0].name'}}

Instead: write `items.0.name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB248"
NAME = "bad-json-path"

_BRACKETS = re.compile(r"\[(\d+|'[^'\]]*'|\"[^\"\]]*\")\]")


def check(subject: Subject) -> Iterator[Finding]:
    """Finds `[0]` in the paths of outputs and expectations."""
    for step in subject.every:
        for name, output in step.outputs.items():
            if output.json and _BRACKETS.search(output.json):
                yield Finding((*step.at, "outputs", name, "json"), *_words(output.json))
        for path in step.expect.json if step.expect else ():
            if _BRACKETS.search(path):
                yield Finding((*step.at, "expect", "json", path), *_words(path), key=True)


def _words(path: str) -> tuple[str, str]:
    dotted = _BRACKETS.sub(lambda found: "." + found[1].strip("'\""), path).lstrip(".")
    return f"`{path}` is not a path: its parts stand between dots", f"write `{dotted}`"
