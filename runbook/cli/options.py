"""What many commands share: where the project and its runs are, and how to print."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from runbook.app import Workspace, default_home, here
from runbook.cli.glances import columns, fitting, style

__all__ = ["columns", "echo", "finish", "fitting", "json_option", "style", "workspace"]

Command = Callable[..., Any]


def workspace(function: Command) -> Command:
    """Give the command `--project` and `--home`, and hand it the workspace they mean."""

    @where
    @functools.wraps(function)
    def wrapped(*args: Any, project: Path | None, home: Path | None, **options: Any) -> Any:
        return function(*args, workspace=place(click.get_current_context()), **options)

    return wrapped


def where(function: Command) -> Command:
    """Give the command `--project` and `--home`; they may stand before the command or after it.

    They are known before all others, which may ask the project how they are to be read.
    """
    folder = click.Path(path_type=Path, file_okay=False)
    project = click.option("--project", metavar="DIR", type=folder, is_eager=True, help="The project's folder.")
    home = click.option("--home", metavar="DIR", type=folder, is_eager=True, help="Where runs are kept (RUNBOOK_HOME).")
    return project(home(function))


def place(context: click.Context) -> Workspace:
    """The workspace that the options of this command, or those before it, mean."""

    def named(option: str) -> Path | None:
        found: Path | None = context.params.get(option) or context.find_root().params.get(option)
        return found

    return Workspace(here(), named("project"), named("home") or default_home())


def json_option(function: Command) -> Command:
    """Give the command `--json`."""
    return click.option("as_json", "--json", is_flag=True, help="Print JSON for programs.")(function)


def echo(lines: Iterable[str] | str) -> None:
    """Print lines to standard output."""
    for line in (lines,) if isinstance(lines, str) else lines:
        click.echo(line)


def finish(code: int) -> None:
    """End the command with this exit code."""
    raise click.exceptions.Exit(code)
