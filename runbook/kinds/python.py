"""A function of the repository, in a process of its own.

When to use: what would be a long script in a shell, and is a few lines in Python: a calculation, a file to be read, an
interface that has a library. The function gets its arguments as values and returns one; what it prints is for people.
"""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Code, Fact
from runbook.clauses import Template, as_written
from runbook.errors import ExpressionError
from runbook.kind import Reader, StepKind, Values, WorkFailed
from runbook.kinds.shell import folder, is_outside
from runbook.outcome import Act, Json, Outcome
from runbook.phrases import Phrase

_CALL = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)

SCHEMA = {
    "description": "A function, and the arguments it is called with.",
    "type": "object",
    "properties": {
        "call": {
            "type": "string",
            "pattern": f"^{_CALL.pattern}$",
            "description": "The function, as `module:function` or `package.module:function`.",
        },
        "args": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
            "description": "Its arguments by name; texts may hold `{{ }}`.",
        },
        "path": {
            "type": "string",
            "minLength": 1,
            "description": "The folder of the project that its module is in; the project's own when left out.",
        },
    },
    "required": ["call"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Spec:
    """A function, its arguments by name, and the folder of its module."""

    call: str
    args: Mapping[str, Json]
    path: Template


def read(value: Any, reader: Reader) -> Spec:
    path = value.get("path", ".")
    if is_outside(path):
        reader.mind(ExpressionError(f"the folder `{path}` is outside the project", "name a folder inside it"), "path")
    return Spec(
        value["call"], reader.below("args").values(value.get("args", {}), sealed=True), reader.template(path, "path")
    )


def perform(spec: Spec, values: Values) -> Outcome:
    args = values.value(spec.args)
    path = folder(spec.path, values)
    given = ", ".join(f"{name}={_shown(value)}" for name, value in args.items())
    return Act(
        work="python",
        request={"call": spec.call, "args": args, "path": path},
        shown=f"{spec.call}({given})",
    )


def _shown(value: Json) -> str:
    return repr(str(value)) if isinstance(value, str) else repr(value)


def describe(spec: Spec) -> Iterator[Block]:
    yield Code(spec.call, "python")
    for name, value in spec.args.items():
        yield Fact(Phrase("With {name}", name=name), as_written(value))


def work(request: Mapping[str, Any]) -> None:
    """Call the function; what it returns is printed as JSON, what it prints goes to standard error."""
    module, _, name = request["call"].partition(":")
    sys.path.insert(0, os.path.abspath(request["path"]))
    try:
        with _to_people():
            function = getattr(_module(module, request["path"]), name, None)
            if not callable(function):
                raise WorkFailed(f"the module `{module}` has no function `{name}`", "see `call` of the step")
            result = function(**request["args"])
    except WorkFailed:
        raise
    except Exception as error:
        traceback.print_exception(error.with_traceback(_of_the_author(error)))
        said = next((line for line in str(error).splitlines() if line.strip()), "")
        raise WorkFailed(f"{type(error).__name__}: {said}" if said else type(error).__name__) from None
    try:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        what = f"`{name}` returned something that is no JSON value: {error}"
        raise WorkFailed(what, "return text, numbers, true or false, none, lists and mappings") from None


@contextmanager
def _to_people() -> Iterator[None]:
    """Standard output is what the step gives: what is printed goes elsewhere, also by programs that are called."""
    sys.stdout.flush()
    output = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(output, 1)
        os.close(output)


def _module(name: str, path: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            where = "the project's folder" if path == "." else f"`{path}`"
            raise WorkFailed(f"there is no module `{name}` in {where}", "see `call` and `path` of the step") from None
        raise


def _of_the_author(error: Exception) -> Any:
    """What of the traceback is of the function and below, without the lines that called it."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


KIND = StepKind(
    key="python",
    summary="calls a function",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    work=work,
    example="""\
id: weigh
title: Weigh the findings
python:
  call: weighing:weigh
  path: processes/capacity/scripts
  args: {folder: "{{ inputs.folder }}", limit: 80}
outputs:
  worst: {json: worst}
""",
)
