"""`runbook delegate`: offer a step you have to somebody else."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument, person_argument, step_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import take
from runbook.run.commands import Work


@click.command(
    epilog="""\b
Examples:
  runbook delegate last read-gauge bo --reason 'You are on site'
""",
    help="Offer a step that you have claimed to somebody else. It stays yours until they accept it; the rules about "
    "who may do it "
    "are asked again then.",
)
@open_run_argument
@step_argument
@person_argument
@click.option("--reason", default="", help="What they should know.")
@json_option
@workspace
def command(run: str, step: str, person: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Offer a step you have to somebody else."""
    take(workspace, run, Work(step, "delegate", person, reason), as_json)
