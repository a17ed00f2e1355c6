"""The inputs of a process, asked for one by one before its run is made, each checked at once with its own schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import click

from runbook.clauses import Input
from runbook.cli.glances import columns, style
from runbook.cli.matching import meant
from runbook.cli.questions import line, optional
from runbook.definition import Process
from runbook.errors import Misuse
from runbook.inputs import checked_inputs, described, flaw, from_text
from runbook.outcome import Json
from runbook.views.visible import visible

_YES_NO = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}


def filled(
    process: Process, given: Mapping[str, Json], before: Mapping[str, Json], *, every: bool, review: bool
) -> dict[str, Json]:
    """The inputs that were given, those of `before`, and those the person adds: what is missing, or all (`every`).

    With `review`, or when anything was asked, those with a default are listed and may be changed.
    """
    values = {**before, **given}
    for name, value in (given if every else values).items():  # what is wrong already is said before anything is asked
        if name not in process.inputs:
            checked_inputs(process, given)
        elif flaw(process.inputs[name].schema, value):
            checked_inputs(replace(process, inputs={name: process.inputs[name]}), {name: value})
    asked = {
        name: each
        for name, each in process.inputs.items()
        if name not in given and (every or (each.required and name not in before))
    }
    usual = {
        name: each
        for name, each in process.inputs.items()
        if not each.required and name not in values and name not in asked
    }
    if asked or (usual and review):
        click.echo(style().bold(visible(process.title)))
    for name, each in asked.items():
        values[name] = _answer(process, each, before.get(name, None if each.required else each.default))
    if usual and (asked or review):
        _change(process, usual, values)
    return values


def _change(process: Process, usual: Mapping[str, Input], values: dict[str, Json]) -> None:
    """Show the inputs that have a default, and let the person change them until they say that it is enough."""
    while True:
        click.echo("Inputs with a usual value:")
        for name, each in usual.items():
            click.echo(f"  {name} = {_written(values.get(name, each.default))}  {visible(each.title)}".rstrip())
        typed = optional("Enter takes them as they are; a name changes one")
        if not typed:
            return
        try:
            name = meant(typed, list(usual))
        except Misuse as error:
            click.echo(f"  {visible(str(error))}")
        else:
            values[name] = _answer(process, usual[name], values.get(name, usual[name].default))


def _answer(process: Process, each: Input, default: Json) -> Json:
    """The person's answer, in the input's own type."""
    from runbook.views.markdown_terminal import lines

    described_at_length = str(each.schema.get("description", ""))
    click.echo("")
    click.echo(style().bold(visible(each.title or each.name)))
    for row in lines(described_at_length, columns() - 2, style().colour):
        click.echo(f"  {row}")
    for row in _accepted(each):
        click.echo(f"  {row}")
    usual = None if default is None else _written(default)
    value: list[Json] = []

    def check(typed: str) -> str:
        value[:] = [default] if default is not None and typed == usual else [_value(process, each, typed)]
        return typed

    line(f"  {each.name}", usual, check)
    return value[0]


def _accepted(each: Input) -> Iterator[str]:
    """What the input takes: its choices by number, or its type and limits in words."""
    options = each.schema.get("enum")
    if not options:
        kind = each.schema.get("type")
        words = {"boolean": "yes or no", "array": "a list: items with commas between them, or JSON"}
        yield f"({visible(words.get(str(kind), described(each)))})"
        return
    for number, option in enumerate(options, 1):
        yield f"{number}) {visible(_written(option))}"


def _value(process: Process, each: Input, typed: str) -> Json:
    """What was typed, as a value the input accepts; `Misuse` says what it takes."""
    schema = each.schema
    if options := schema.get("enum"):
        names = [_written(option) for option in options]
        value: Json = options[names.index(meant(typed, names))]
    elif schema.get("type") == "boolean":
        value = _YES_NO.get(typed.lower(), typed)
    elif schema.get("type") == "array" and not typed.startswith("["):
        value = [_item(schema.get("items", {}), part.strip()) for part in typed.split(",")]
    else:
        value = from_text(process, each.name, typed)
    problem = flaw(schema, value)
    if problem:
        wanted = "yes or no" if schema.get("type") == "boolean" else described(each)
        raise Misuse(f"`{typed}` {problem}", f"give {wanted}")
    return value


def _item(schema: Mapping[str, Json], part: str) -> Json:
    """One item of a list, in the type that its list is of."""
    if schema.get("type", "string") == "string":
        return part
    try:
        return json.loads(part)
    except ValueError:
        return part


def _written(value: Json) -> str:
    """A value as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
