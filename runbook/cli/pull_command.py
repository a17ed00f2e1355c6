"""`runbook pull`: take what comes next, and begin it."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.board_command import board_options
from runbook.cli.item_saying import opened
from runbook.cli.options import json_option, workspace


@click.command(
    epilog="""\b
Examples:
  runbook pull
  runbook pull --team infra
""",
    help="Take the first of what `runbook next` shows that you may take and are able to do, and that fits the limits "
    "of the board; you are accountable for it from then on, and it is under way.",
)
@board_options
@json_option
@workspace
def command(id: str, team: str, as_json: bool, workspace: app.Workspace) -> None:
    """Take what comes next."""
    opened(workspace, app.pull(workspace, id, team), as_json)
