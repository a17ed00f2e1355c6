"""`runbook complete`: a step with turns has had enough of them."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument, turning_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say
from runbook.run.commands import Complete


@click.command(
    epilog="""\b
Examples:
  runbook complete last survey --reason 'Twelve of twenty answered, which is enough'
""",
    help="Say that a step with `foreach` or `repeat` has had enough turns: it has succeeded with what is done, what is "
    "under way in it is withdrawn, and the run goes on. A step in which an approval or a decision waits can't be "
    "completed.",
)
@open_run_argument
@turning_argument
@click.option("--reason", required=True, help="Why; kept in the record.")
@json_option
@workspace
def command(run: str, step: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Say that a step has had enough turns."""
    say(workspace, run, Complete(step, reason), as_json, "Who carries the run out goes on with it.")
