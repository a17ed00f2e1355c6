"""`runbook unclaim`: give a step back."""

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
  runbook unclaim last read-gauge
  runbook unclaim last read-gauge --reason 'Called away; the first half is read'
""",
    help="Give a step back that you have claimed: it is offered to all again. Once it has begun that needs a reason. "
    "Whoever may "
    "reassign a step may take it from others.",
)
@open_run_argument
@step_argument
@click.option("--reason", default="", help="How far it is; needed once it has begun.")
@json_option
@workspace
def command(run: str, step: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Give a step back."""
    take(workspace, run, Work(step, "unclaim", reason=reason), as_json)
