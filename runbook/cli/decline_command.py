"""`runbook decline`: leave a step with whoever wanted to delegate it to you."""

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
  runbook decline last read-gauge --reason 'On leave tomorrow'
""",
    help="Leave a step with whoever wanted to delegate it to you.",
)
@open_run_argument
@step_argument
@click.option("--reason", default="", help="Why.")
@json_option
@workspace
def command(run: str, step: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Leave a step with whoever wanted to delegate it to you."""
    take(workspace, run, Work(step, "decline", reason=reason), as_json)
