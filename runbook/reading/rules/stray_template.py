"""A `{{ ... }}` stands in a text in which nothing is filled in.

Why: people would read the braces, and a program would be expected to print them. Values are filled in where
something is done with them: instructions and questions, programs and their environment, `with`, `values`,
`outputs` of the process.

Example:

    expect: {contains: "copied {{ inputs.count }} files"}

Instead: compare with an expression: `expect: {that: "inputs.count ~ ' files' in stdout"}`. In a title, a `why`
or a warning name the input in words.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.outcome import Json
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB225"
NAME = "stray-template"

_OF_STEPS = ("title", "why", "warning", "caution", "note", "outputs")
_ACTING = (*_OF_STEPS, "manual")
_OF_PROCESS = ("title", "summary", "description", "use_when", "prerequisites", "hazards", "roles", "inputs")
_FILLED = ("path", "where")
"""What of an output holds values."""
_OF_EXPECT = ("contains", "matches", "json")


def check(subject: Subject) -> Iterator[Finding]:
    """Finds `{{` in texts that stay as they are."""
    if "{{" not in subject.tree.source.text:
        return
    data = subject.process.data
    for name in _OF_PROCESS:
        if name in data and _holds(data[name]):
            yield from _inside(data[name], (name,))
    for step in subject.every:
        given = subject.given(step)
        for name in _ACTING if subject.kinds[step.kind].acts else _OF_STEPS:
            if name in given and _holds(given[name]):
                yield from _inside(given[name], (*step.at, name))
        for name in _OF_EXPECT if "expect" in given else ():
            yield from _inside(given["expect"].get(name), (*step.at, "expect", name))


def _holds(value: Json) -> bool:
    """True when `{{` stands anywhere in the value."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    for each in value:  # noqa: SIM110  # every text of a file passes here, and `any` costs twice as much
        if _holds(each):
            return True
    return False


def _inside(value: Json, at: Path) -> Iterator[Finding]:
    match value:
        case str() if "{{" in value:
            name = next(part for part in reversed(at) if isinstance(part, str))
            help = "compare with an expression under `that`" if "expect" in at else "say it in words"
            message = f"nothing is filled in here: `{name}` stays as it is written"
            yield Finding(at, message, help, offset=value.index("{{"))
        case list():
            for place, each in enumerate(value):
                yield from _inside(each, (*at, place))
        case dict():
            for name, each in value.items():
                if (name == "people" and at[0] == "roles") or ("outputs" in at and name in _FILLED):
                    continue  # a value may name somebody, a file, or a row there
                yield from _inside(each, (*at, name))
