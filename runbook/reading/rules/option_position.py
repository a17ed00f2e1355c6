"""A value stands where a program may take it for an option.

Why: a value that begins with `-` would switch something on instead of being what it names: a folder
`-delete` makes `find` remove what it was to look at.

Example:

    shell: find {{ inputs.folder }} -name '*.log'

Instead: begin the value with fixed text (`find ./{{ inputs.folder }}`), or put `--` before it where the program
knows that (`rm -r -- {{ inputs.folder }}`). Or give the input a pattern that allows no `-` at its beginning:
`pattern: '^[^-].*$'`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook.clauses import Expression, Template, as_written
from runbook.diagnostics import Severity
from runbook.expressions.names import path_of
from runbook.inputs import flaw
from runbook.outcome import Json
from runbook.patterns import wrong_with
from runbook.reading.rule import Finding, Subject
from runbook.scripts.programs import KNOW_DASHES
from runbook.source import Path

CODE = "RB233"
NAME = "option-position"
SEVERITY = Severity.WARNING

_OPTIONS = ("-", "-x", "-1", "--x", "-oX=y")


def check(subject: Subject) -> Iterator[Finding]:
    """Finds values at the place of an option."""
    safe: dict[str, bool] = {}
    for at, doubt in subject.doubts:
        if not _safe(subject, doubt.value, safe) and not _safe_in_turn(subject, doubt.value, at):
            value = f"{{{{ {doubt.value.source} }}}}"
            message = f"`{doubt.program}` may take `{value}` for an option when the value begins with `-`"
            instead = "put `--` before it" if doubt.program in KNOW_DASHES else "begin it with text such as `./`"
            help = f"{instead}, or give the input a pattern that allows no `-` at its beginning"
            yield Finding(at, message, help, offset=doubt.at)


def _safe(subject: Subject, first: Expression, known: dict[str, bool]) -> bool:
    """True when the value is one that is never like an option, or when another rule has to find it first."""
    if first.source not in known:
        match path_of(first.tree):
            case ("run", *_):
                known[first.source] = True
            case ("inputs", name) if name in subject.process.inputs:
                known[first.source] = _never_an_option(subject.process.inputs[name].schema)
            case path:
                known[first.source] = path is not None and path[0] == "inputs"
    return known[first.source]


def _safe_in_turn(subject: Subject, value: Expression, at: Path) -> bool:
    """True for the number of a turn, and for an item of a list in which nothing is like an option."""
    path = path_of(value.tree)
    around = [step for step in subject.every if at[: len(step.at)] == step.at and step.flow.body is not None]
    if path == ("turn",):
        return bool(around)
    items = next((step.flow.foreach for step in reversed(around) if step.flow.foreach), None)
    if items is None or path != (items.name,):
        return False
    if isinstance(items.items, list):
        written = (as_written(each) for each in items.items)
        return not any(each.startswith("-") or each.startswith("{{") for each in written)
    match _named(items.items):
        case ("inputs", name) if name in subject.process.inputs:
            return _never_an_option(subject.process.inputs[name].schema.get("items", {}))
    return False


def _named(items: Json) -> tuple[str, ...] | None:
    """What a lone expression names."""
    parts = items.parts if isinstance(items, Template) else ()
    return path_of(parts[0].tree) if len(parts) == 1 and isinstance(parts[0], Expression) else None


def _never_an_option(schema: Mapping[str, Any]) -> bool:
    if wrong_with(str(schema.get("pattern", ""))):
        return True
    if schema.get("type") in ("integer", "number"):
        return bool(schema.get("minimum", -1) >= 0)
    return all(flaw(schema, option) for option in _OPTIONS)
