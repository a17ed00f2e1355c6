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
  runbook inbox --all
  runbook inbox --json
""",
    help="List what waits for you in all runs: what you may answer, what is due first. Of runs that "
    "know of nobody, and with --all, it is every step that waits for a person, oldest first.",
)
@click.option(
    "everybody", "--all", is_flag=True, help="What waits for anybody; others' confidential steps are left out."
)
@json_option
@workspace
def command(everybody: bool, as_json: bool, workspace: app.Workspace) -> None:
    """List what waits for people."""
    rows = app.visible_inbox(workspace) if everybody else app.mine(workspace)
    if as_json:
        echo(machine.pretty([machine.inbox(row, app.now()) for row in rows]))
    else:
        echo(
            fitting(terminal.inbox(rows, app.now()))
            if rows
            else "Nothing waits for anybody."
            if everybody
            else "Nothing waits for you."
        )
