"""`runbook list`: the processes of the project."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import group_argument
from runbook.cli.glances import listing
from runbook.cli.options import echo, json_option, workspace


@click.command(
    epilog="""\b
Examples:
  runbook list
  runbook list backup
  runbook list --json
""",
    help="List the processes: their ids, titles, owners, and how many of their steps are automated.\n\n"
    "GROUP limits the list to one process group.",
)
@group_argument
@json_option
@workspace
def command(group: str | None, as_json: bool, workspace: app.Workspace) -> None:
    """List the processes."""
    echo(listing(workspace, group, as_json))
