"""`runbook continue`: go on with a step that rests."""

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
  runbook continue last read-gauge
""",
    help="Go on with a step that you let rest.",
)
@open_run_argument
@step_argument
@json_option
@workspace
def command(run: str, step: str, as_json: bool, workspace: app.Workspace) -> None:
    """Go on with a step that rests."""
    take(workspace, run, Work(step, "continue"), as_json)
