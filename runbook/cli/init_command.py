"""`runbook init`: begin a project."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.options import echo, json_option, workspace
from runbook.cli.written import told
from runbook.views.machine import pretty


@click.command(
    epilog="""\b
Examples:
  runbook init
  runbook init office --title 'Procedures of the office' --owner office-team
  runbook init operations --starter it-operations
""",
    help="Begin a project in DIR, or here: its `runbook.yaml`, a first process that runs, and the schemas for "
    "editors.\n\nWith a starter it begins with a whole library of processes. No file is ever overwritten.",
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--starter",
    metavar="NAME",
    type=click.Choice(app.starters()),
    help="Begin with this library of processes: it-operations.",
)
@click.option("--title", metavar="TEXT", default="", help="What the project is called.")
@click.option("--owner", metavar="TEAM", default="", help="The team that owns the first process group.")
@json_option
@workspace
def command(folder: Path, starter: str | None, title: str, owner: str, as_json: bool, workspace: app.Workspace) -> None:
    """Begin a project."""
    files = app.init(workspace, folder, title, owner, starter or "")
    if as_json:
        echo(pretty(files))
        return
    here = folder.resolve() == workspace.start.resolve()
    next_ = ["runbook validate", "runbook list", "runbook run"]
    echo(
        told(
            f"A project was begun in {folder}:" if not here else "A project was begun here:",
            files,
            next_ if here else [f"cd {folder}", *next_],
        )
    )
