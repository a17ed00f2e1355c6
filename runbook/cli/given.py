"""The inputs that `run` and `resume` are given: by `-i`, and from a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from runbook.cli.arguments import complete_inputs
from runbook.definition import Process
from runbook.errors import Misuse
from runbook.outcome import Json


def input_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command `-i` and `--inputs`."""
    file = click.option("--inputs", "inputs_file", metavar="FILE", help="A YAML file with inputs; -i comes on top.")
    pairs = click.option(
        "pairs",
        "-i",
        "--input",
        metavar="NAME=VALUE",
        multiple=True,
        shell_complete=complete_inputs,
        help="An input of the process.",
    )
    return pairs(file(function))


def given(process: Process, pairs: tuple[str, ...], inputs_file: str | None) -> dict[str, Json]:
    """The values of the file, and on top of them those of the pairs."""
    from runbook.cli.session import read_data
    from runbook.inputs import from_text

    values: dict[str, Json] = {}
    if inputs_file:
        data = read_data(inputs_file, "inputs")
        if not isinstance(data, dict):
            raise Misuse(f"the inputs file {inputs_file} is not a mapping of name to value", "write `name: value`")
        values.update(data)
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise Misuse(f"`{pair}` is not NAME=VALUE", "write for example -i host=web1")
        values[name] = from_text(process, name, text)
    return values


def given_roles(pairs: tuple[str, ...]) -> dict[str, list[str]]:
    """Who is named for which role by `--role`."""
    roles: dict[str, list[str]] = {}
    for pair in pairs:
        role, equals, person = pair.partition("=")
        if not (role and equals and person):
            raise Misuse(f"`{pair}` is not ROLE=PERSON", "write for example --role approver=ana")
        roles.setdefault(role, []).append(person)
    return roles
