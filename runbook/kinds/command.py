"""One program with a list of arguments, no shell.

When to use: the documented first choice. Every argument arrives exactly as it stands, whatever it holds. Where a
program would read an argument as code (`sh -c`, `awk`, what `ssh` runs), no value may stand in it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Code, Fact
from runbook.clauses import Template
from runbook.kind import Reader, StepKind, Values
from runbook.kinds.shell import describe_place, folder, read_cwd, read_env
from runbook.outcome import Act, Outcome
from runbook.phrases import Phrase

_ARGV = {
    "type": "array",
    "items": {"type": ["string", "number", "boolean"], "description": "One argument."},
    "minItems": 1,
    "description": "The program and its arguments.",
}

PROPERTIES = {
    "argv": _ARGV,
    "cwd": {"type": "string", "minLength": 1, "description": "Folder of the project it runs in."},
    "env": {"$ref": "#/$defs/env", "description": "Variables for its environment."},
    "stdin": {"type": "string", "description": "Text for its standard input, which is closed when left out."},
}

SCHEMA = {
    "description": "A program and its arguments as a list; or a mapping with the list under `argv`.",
    "anyOf": [
        _ARGV,
        {"type": "object", "properties": PROPERTIES, "required": ["argv"], "additionalProperties": False},
    ],
}


@dataclass(frozen=True, slots=True)
class Spec:
    """A program, its arguments, and where it runs."""

    argv: tuple[Template, ...]
    cwd: Template | None
    env: tuple[tuple[str, Template], ...]
    stdin: Template | None


def read(value: Any, reader: Reader) -> Spec:
    given, at = (value, ("argv",)) if isinstance(value, dict) else ({"argv": value}, ())
    argv = tuple(reader.template(_word(word), *at, number) for number, word in enumerate(given["argv"]))
    stdin = reader.template(given["stdin"], "stdin", sealed=True) if "stdin" in given else None
    env = read_env(given, reader)
    if not all(text.constant for text in (*argv, *(text for _, text in env), *([stdin] if stdin else []))):
        from runbook.scripts import dangers_of

        for place, danger in dangers_of(argv, stdin, env):
            reader.mind(danger, *((*at, place) if place < len(argv) else ("stdin",)))
    return Spec(argv, read_cwd(given, reader), env, stdin)


def _word(word: Any) -> str:
    return str(word).lower() if isinstance(word, bool) else str(word)


def perform(spec: Spec, values: Values) -> Outcome:
    argv = tuple(values.text(word) for word in spec.argv)
    return Act(
        argv=argv,
        env={name: values.text(text) for name, text in spec.env},
        cwd=folder(spec.cwd, values),
        stdin=values.text(spec.stdin) if spec.stdin else "",
        shown=shlex.join(argv),
    )


def describe(spec: Spec) -> Iterator[Block]:
    yield Code(" ".join(_quoted(word) for word in spec.argv), "sh")
    if spec.stdin:
        yield Fact(Phrase("With input"), spec.stdin.source)
    yield from describe_place(spec.cwd, spec.env)


def _quoted(word: Template) -> str:
    return shlex.quote(word.source) if word.constant else f'"{word.source}"'


KIND = StepKind(
    key="command",
    summary="runs a program",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    example="""\
id: list-folder
title: List the folder
command: [ls, -l, --, "{{ inputs.folder }}"]
timeout: 30s
""",
)
