"""A default is not a value that would be accepted.

Why: whoever starts the run without giving that value would be refused, or the run would go on with a value of
another type than its steps expect.

Example:

    inputs:
      port: {type: integer, minimum: 1, maximum: 65535, default: "8080"}

Instead: write the default as the type asks for: `default: 8080`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.blocks import Field
from runbook.clauses import Input
from runbook.errors import Refused
from runbook.form import checked, expected
from runbook.inputs import described, flaw
from runbook.patterns import wrong_with
from runbook.reading.rule import Finding, Subject, fields_of
from runbook.reading.rules.bad_option import flaw_of_option
from runbook.source import Path

CODE = "RB230"
NAME = "bad-default"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds defaults that their own limits refuse."""
    for name, each in subject.process.inputs.items():
        yield from _of_input(name, each)
    for at, field, _ in fields_of(subject):
        if field.default is not None and _sound(field):
            yield from _of_field(at, field)


def _of_input(name: str, each: Input) -> Iterator[Finding]:
    schema = each.schema
    if wrong_with(str(schema.get("pattern", ""))):
        return
    empty = any(schema.get(low, 0) > schema[high] for low, high in _LIMITS if high in schema)
    if each.required or empty or any(flaw_of_option(schema, option) for option in schema.get("enum", ())):
        return
    problem = flaw(schema, each.default)
    if problem:
        yield Finding(("inputs", name, "default"), f"the default of `{name}` {problem}", f"give {described(each)}")


_LIMITS = (("minimum", "maximum"), ("minLength", "maxLength"))


def _sound(field: Field) -> bool:
    empty = field.minimum is not None and field.maximum is not None and field.minimum > field.maximum
    return not empty and not wrong_with(field.pattern) and (field.type != "choice" or bool(field.options))


def _of_field(at: Path, field: Field) -> Iterator[Finding]:
    try:
        checked(field, field.default)
    except Refused:
        message = f"the default of `{field.name}` can't be `{field.default}`"
        yield Finding((*at, "default"), message, f"give {expected(field)}")
