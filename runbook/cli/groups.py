"""Commands that do something by themselves and have commands of their own below them."""

from __future__ import annotations

import click
from click.core import ParameterSource

from runbook.errors import Misuse


def goes_on(context: click.Context) -> bool:
    """True when a command below is called; `Misuse` for options that stand before its name and would mean nothing."""
    below = context.invoked_subcommand
    if below is None:
        return False
    for parameter in context.command.params:
        if parameter.name and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE:
            raise Misuse(f"`{parameter.opts[0]}` stands before `{below}`", f"write it after `{below}`")
    return True
