"""A value stands where a program may take it for an option.

Why: a value that begins with `-` would switch something on instead of being what it names: a folder
`-delete` makes `find` remove what it was to look at.

Example:

    command: [rm, -r, "{{ inputs.folder }}"]

Instead: put `--` before it, `[rm, -r, --, "{{ inputs.folder }}"]`, or give the input a pattern that allows no
`-` at its beginning: `pattern: '^[^-].*$'`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from runbook.clauses import Expression, Template
from runbook.diagnostics import Severity
from runbook.expressions.names import path_of
from runbook.inputs import flaw
from runbook.reading.patterns import wrong_with
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB233"
NAME = "option-position"
SEVERITY = Severity.WARNING

_FLAGS_ONLY = frozenset(("cat", "cp", "ls", "mkdir", "mv", "rm", "rmdir", "stat", "touch", "unlink", "wc"))
"""Programs whose short options, all but a few, take no value: what follows them is a name."""
_OPTIONS = ("-", "-x", "-1", "--x", "-oX=y")


def check(subject: Subject) -> Iterator[Finding]:
    """Finds values at the place of an option."""
    safe: dict[str, bool] = {}
    refused = {flaw.at for flaw in subject.flaws}
    for step in subject.every:
        inner = getattr(step.spec, "inner", None)
        argv: tuple[Template, ...] = getattr(step.spec.look if inner else step.spec, "argv", ())
        for place in range(1, len(argv)):
            first = argv[place].parts[0] if argv[place].parts else ""
            if isinstance(first, Expression):
                found = _found(subject, (*step.at, step.kind, *((inner,) if inner else ())), argv, place)
                if found.at not in refused and not _safe(subject, first, safe):
                    yield found
                break
            if first == "--" or not (first.startswith("-") and posixpath.basename(argv[0].source) in _FLAGS_ONLY):
                break


def _found(subject: Subject, at: Path, argv: tuple[Template, ...], place: int) -> Finding:
    path = (*at, place) if isinstance(subject.at(at), list) else (*at, "argv", place)
    message = f"`{argv[0].source}` may take `{argv[place].source}` for an option when the value begins with `-`"
    return Finding(path, message, "put `--` before it, or give the input a pattern that allows no `-` at its beginning")


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


def _never_an_option(schema: Mapping[str, Any]) -> bool:
    if wrong_with(str(schema.get("pattern", ""))):
        return True
    if schema.get("type") in ("integer", "number"):
        return bool(schema.get("minimum", -1) >= 0)
    return all(flaw(schema, option) for option in _OPTIONS)
