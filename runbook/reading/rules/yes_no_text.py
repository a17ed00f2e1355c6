"""`yes`, `no`, `on` or `off` stands where true or false seems to be meant.

Why: older versions of YAML read these words as true and false, and this one reads them as text. A program that
compares with true would then be given the text `yes`.

Example:

    set:
      values: {reboot: yes}

Instead: write `true` or `false`; put quotes around the word when the text is meant: `"yes"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import Severity
from runbook.outcome import Json
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB236"
NAME = "yes-no-text"
SEVERITY = Severity.WARNING

_WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def check(subject: Subject) -> Iterator[Finding]:
    """Finds such words without quotes where a value of any type can stand."""
    for at, value in _values(subject):
        for path in _inside(value, at):
            word = subject.written(path)
            if word.lower() in _WORDS:
                message = f"`{word}` is text here, not true or false"
                yield Finding(path, message, f'write `{_WORDS[word.lower()]}`, or `"{word}"` if the text is meant')


def _values(subject: Subject) -> Iterator[tuple[Path, Json]]:
    for name, each in subject.process.inputs.items():
        if not each.required and "type" not in each.schema and "enum" not in each.schema:
            yield ("inputs", name, "default"), each.default
    for step in subject.every:
        given = subject.given(step)
        if hasattr(step.spec, "values"):
            yield (*step.at, step.kind, "values"), given[step.kind]["values"]
        if step.expect and step.expect.json:
            yield (*step.at, "expect", "json"), step.expect.json


def _inside(value: Json, at: Path) -> Iterator[Path]:
    match value:
        case str() if value.lower() in _WORDS:
            yield at
        case list():
            for place, each in enumerate(value):
                yield from _inside(each, (*at, place))
        case dict():
            for name, each in value.items():
                yield from _inside(each, (*at, name))
