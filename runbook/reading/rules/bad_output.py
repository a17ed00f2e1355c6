"""A named value that can't be taken from where it says, or can't be of the type that it says.

Why: the step would fail after its program has done its work, and what depends on the value could not go on.

Example:

    outputs:
      report: {from: file, type: json}
      free: {table: {column: Available, where: {Mounted on: /}, row: first}}

Instead: say which file with `path`; name either the row that is meant by `where`, or the `first` one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook.clauses import Output
from runbook.definition import Step
from runbook.diagnostics import suggestion
from runbook.errors import ExpressionError
from runbook.patterns import wrong_with
from runbook.reading.results import answers_of
from runbook.reading.rule import Finding, Subject
from runbook.sizes import in_words, size

CODE = "RB282"
NAME = "bad-output"

LARGEST_OUTPUT = 1024 * 1024
"""Bytes of one output in the journal, whatever an author says."""

_BOXES = ("exit_code", "stdout", "stderr", "command")
_CUTS = ("json", "regex", "table")
_NOT_OF_ROWS = ("integer", "number", "boolean", "lines", "text", "list")
Found = Iterator[tuple[str, str, str]]


def check(subject: Subject) -> Iterator[Finding]:
    """Finds outputs whose parts do not go together."""
    for step in subject.every:
        acts = subject.kinds[step.kind].acts
        if not acts and not getattr(step.spec, "fields", ()):
            continue
        for name, given in subject.given(step).get("outputs", {}).items():
            output = step.outputs[name]
            wrong = _of_program(name, output, given) if acts else _of_form(name, step, given)
            for field, message, help in wrong:
                at = (field,) if field and not isinstance(given, str) else ()
                yield Finding((*step.at, "outputs", name, *at), message, help, key=True)


def _of_form(name: str, step: Step, given: str | Mapping[str, Any]) -> Found:
    fields = answers_of(step)
    listed = ", ".join(f"`{each}`" for each in fields)
    if isinstance(given, str) or "field" not in given:
        yield (
            "",
            f"`{name}` comes from no program here: a person does `{step.id}`",
            f"say which `field` it is: {listed}",
        )
        return
    if given["field"] not in fields:
        help = suggestion(given["field"], fields, f"its fields are {listed}")
        yield "field", f"the form of `{step.id}` has no field `{given['field']}`", help
    if name in fields:
        yield "", f"`{name}` is a field of the form, and an output already", "give it another name"
    for other in given:
        if other not in ("field", "type"):
            yield other, f"`{other}` says nothing about a field of a form", "leave it out"


def _of_program(name: str, output: Output, given: str | Mapping[str, Any]) -> Found:
    if isinstance(given, str):
        return
    if "field" in given:
        yield "field", "a program has no form", "leave `field` out, and say where in its output the value stands"
        return
    yield from _source(name, output, given)
    yield from _cuts(output, given)
    yield from _size(output, given)
    if output.kept and given.get("type", "text") != "text":
        yield "type", f"what is kept as a file is not of type `{output.type}`", "leave `type` out"
    if output.kept and output.table is not None:
        yield "keep", "a table is not kept as a file", "leave out `table`, which keeps the whole text"
    if output.table is not None and not output.table.column and not output.kept:
        one = bool(output.table.row or output.table.where) and not output.all
        if output.type in _NOT_OF_ROWS or (output.type == "mapping" and output.regex):
            what = "a row of a table is a mapping" if one else "each row of a table is a mapping"
            yield "type", f"{what}, not of type `{output.type}`", "name the `column` that is meant"


def _source(name: str, output: Output, given: Mapping[str, Any]) -> Found:
    path = given.get("path")
    if output.source == "file" and path is None:
        yield "from", f"`{name}` does not say which file it is", "write its `path`"
    if output.source == "file" and name in _BOXES:
        yield "", f"an output from a file can't be called `{name}`: people paste something else there", "rename it"
    if output.source != "file" and path is not None:
        yield "path", "`path` says nothing without `from: file`", "write `from: file`, or leave it out"
    if path is not None and (path.startswith("/") or ".." in path.split("/")):
        yield "path", f"`{path}` is not below the project's folder", "write a path below it"
    if output.source == "exit_code":
        for each in (*_CUTS, "keep", "all"):
            if each in given:
                yield each, f"`{each}` says nothing about an exit code, which is a number", "leave it out"


def _cuts(output: Output, given: Mapping[str, Any]) -> Found:
    if output.table is not None and output.json is not None:
        yield "json", "what is a table is no JSON", "leave one of the two out"
    if output.table is not None and output.regex is not None and not output.table.column:
        yield "regex", "a row of a table is no text that could match", "name the `column` whose cell is meant"
    if output.all and output.regex is None and output.table is None:
        yield (
            "all",
            "`all` is about the matches of a `regex`, or the rows of a table",
            "for JSON, write `[*]` in the path",
        )
    if output.all and output.regex is not None and output.json is not None:
        yield "all", "with `all` there are several texts, and `json` looks into one", "leave one of the two out"
    if output.table is not None and output.table.row and (output.table.where or output.all):
        yield "table", "`row` takes the first or the last of all rows", "leave out `row`, or what picks other ones"
    if output.table is not None and not output.table.header and not output.table.columns:
        yield "table", "without a header the columns have no names", "name them under `columns`"
    if output.table is not None and output.table.split == "aligned" and not output.table.header:
        yield "table", "without a header nobody knows where the columns begin", "write `split: blanks`"
    if "group" in given:
        yield from _group(output)


def _group(output: Output) -> Found:
    if output.regex is None:
        yield "group", "`group` is one of a `regex`, and there is none", "leave it out"
        return
    if wrong_with(output.regex):
        return  # another rule says so
    import re

    pattern = re.compile(output.regex)
    known = [*map(str, range(pattern.groups + 1)), *pattern.groupindex]
    if output.group not in known:
        listed = ", ".join(f"`{each}`" for each in (*pattern.groupindex, *map(str, range(1, pattern.groups + 1))))
        yield "group", f"`{output.regex}` has no group `{output.group}`", f"its groups are {listed or 'none'}"


def _size(output: Output, given: Mapping[str, Any]) -> Found:
    if "max_size" not in given:
        return
    try:
        size(given["max_size"])
    except ExpressionError as error:
        yield "max_size", str(error), error.help
        return
    if not output.kept and output.max_size > LARGEST_OUTPUT:
        message = f"the journal keeps at most {in_words(LARGEST_OUTPUT)} of one output"
        yield "max_size", message, "write `keep: evidence` beside it, which keeps it as a file"
