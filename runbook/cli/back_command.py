"""`runbook back`: go back to a step that is over."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument, reached_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say
from runbook.run.commands import Reopen


@click.command(
    epilog="""\b
Examples:
  runbook back last read-gauge --reason 'The wrong gauge was read'
""",
    help="Go back to a step that is over: it is done anew, and so is everything that depends on it, approvals too. "
    "What was done before stays in the record. Refused while a program that depends on it runs.",
)
@open_run_argument
@reached_argument
@click.option("--reason", required=True, help="Why; kept in the record as a deviation.")
@json_option
@workspace
def command(run: str, step: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Go back to a step that is over."""
    say(workspace, run, Reopen(step, reason), as_json)
