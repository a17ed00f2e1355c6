"""`runbook jump`: go on with a later step."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument, reached_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say
from runbook.run.commands import Jump


@click.command(
    epilog="""\b
Examples:
  runbook jump last restart --reason 'The update was installed yesterday'
""",
    help="Go on with a step that has not begun: what it still waits for is skipped, with your reason. An approval or a "
    "decision can't be jumped over, nor a program that runs.",
)
@open_run_argument
@reached_argument
@click.option("--reason", required=True, help="Why; kept in the record as a deviation.")
@json_option
@workspace
def command(run: str, step: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Go on with a later step."""
    say(workspace, run, Jump(step, reason), as_json)
