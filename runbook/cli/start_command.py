"""`runbook start`: begin a step."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument, step_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import take
from runbook.run.commands import Work


@click.command(
    epilog="""\b
Examples:
  runbook start last read-gauge
""",
    help="Begin a step: claim it, if nobody has, and say that you are at it.",
)
@open_run_argument
@step_argument
@json_option
@workspace
def command(run: str, step: str, as_json: bool, workspace: app.Workspace) -> None:
    """Begin a step."""
    take(workspace, run, Work(step, "start", start=True), as_json)
