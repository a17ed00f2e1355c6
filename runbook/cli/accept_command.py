"""`runbook accept`: take a step that was delegated to you."""

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
  runbook accept last read-gauge
""",
    help="Take a step that somebody delegates to you. It is yours from then on.",
)
@open_run_argument
@step_argument
@json_option
@workspace
def command(run: str, step: str, as_json: bool, workspace: app.Workspace) -> None:
    """Take a step that was delegated to you."""
    take(workspace, run, Work(step, "accept"), as_json)
