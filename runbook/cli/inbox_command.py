"""`runbook inbox`: what waits for people."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.options import echo, fitting, json_option, workspace
from runbook.views import machine, terminal


@click.command(
    epilog="""\b
Examples:
  runbook inbox
  runbook inbox --json
""",
    help="List every step that waits for a person, in all runs, oldest first.",
)
@json_option
@workspace
def command(as_json: bool, workspace: app.Workspace) -> None:
    """List what waits for people."""
    rows = list(app.inbox(workspace))
    if as_json:
        echo(machine.pretty([machine.inbox(row, app.now()) for row in rows]))
    else:
        echo(fitting(terminal.inbox(rows, app.now())) if rows else "Nothing waits for anybody.")
