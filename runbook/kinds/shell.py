"""A script for `sh` or `bash`.

When to use: a pipeline or a few lines of shell. For one program with arguments, `command` is plainer.
`{{ }}` in the script becomes a quoted reference to the environment, so no value is ever part of the script.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Code, Fact
from runbook.clauses import Script, Template
from runbook.errors import ExpressionError
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import Act, Outcome
from runbook.phrases import Phrase

LONGEST_SCRIPT = 100_000
"""Characters; the system passes a script as one argument, which ends at 128 KiB."""

PROPERTIES = {
    "run": {"type": "string", "minLength": 1, "maxLength": LONGEST_SCRIPT, "description": "The script."},
    "interpreter": {"enum": ["sh", "bash"], "description": "Which shell runs it; `sh` when left out."},
    "cwd": {"type": "string", "minLength": 1, "description": "Folder of the project it runs in."},
    "env": {"$ref": "#/$defs/env", "description": "Variables for its environment."},
}

SCHEMA = {
    "description": "A shell script; or a mapping with the script under `run`.",
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": LONGEST_SCRIPT},
        {"type": "object", "properties": PROPERTIES, "required": ["run"], "additionalProperties": False},
    ],
}

_START = {"sh": ("/bin/sh", "set -eu"), "bash": ("/bin/bash", "set -euo pipefail")}


@dataclass(frozen=True, slots=True)
class Spec:
    """A constant script, the shell that runs it, and where."""

    script: Script
    interpreter: str
    cwd: Template | None
    env: tuple[tuple[str, Template], ...]


def read(value: Any, reader: Reader) -> Spec:
    if isinstance(value, str):
        return Spec(reader.script(value), "sh", None, ())
    return Spec(
        reader.script(value["run"], "run"),
        value.get("interpreter", "sh"),
        read_cwd(value, reader),
        read_env(value, reader),
    )


def read_cwd(value: Any, reader: Reader) -> Template | None:
    """The folder of a program; None for the project's root."""
    return reader.template(value["cwd"], "cwd") if "cwd" in value else None


def is_outside(folder: str) -> bool:
    """True for a folder that is not one of the project: a path of its own, or one that leads above the root."""
    return posixpath.isabs(folder) or posixpath.normpath(folder).split("/")[0] == ".."


def folder(cwd: Template | None, values: Values) -> str:
    """Where a program runs, with the values of now; an error when that is outside the project."""
    where = values.text(cwd) if cwd else "."
    if is_outside(where):
        raise ExpressionError(f"the folder `{where}` is outside the project", "name a folder inside it")
    return where


def read_env(value: Any, reader: Reader) -> tuple[tuple[str, Template], ...]:
    """The variables of a program, in the order of the text."""
    given = value.get("env", {})
    return tuple((name, reader.template(str(text), "env", name, sealed=True)) for name, text in given.items())


def perform(spec: Spec, values: Values) -> Outcome:
    from runbook.scripts import shown

    path, start = _START[spec.interpreter]
    env = {name: values.text(text) for name, text in spec.env}
    bound = {name: values.text(Template(each.source, (each,))) for name, each in spec.script.bindings}
    return Act(
        argv=(path, "-c", f"{start}\n{spec.script.text}", spec.interpreter),
        env=env | bound,
        cwd=folder(spec.cwd, values),
        shown=shown(spec.script, bound),
    )


def describe(spec: Spec) -> Iterator[Block]:
    yield Code(spec.script.source, "bash" if spec.interpreter == "bash" else "sh")
    yield from describe_place(spec.cwd, spec.env)


def describe_place(cwd: Template | None, env: tuple[tuple[str, Template], ...]) -> Iterator[Block]:
    """Where a program runs and with which variables."""
    if cwd:
        yield Fact(Phrase("In folder"), cwd.source)
    for name, text in env:
        yield Fact(Phrase("With {name}", name=name), text.source)


KIND = StepKind(
    key="shell",
    summary="runs a script",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    example="""\
id: count-logs
title: Count the log files
shell: find ./{{ inputs.folder }} -name '*.log' | wc -l
outputs:
  count: {from: stdout, type: integer}
""",
)
