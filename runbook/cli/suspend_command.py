"""`runbook suspend`: let a step rest that you have begun."""

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
  runbook suspend last read-gauge --reason 'The room is locked until noon'
""",
    help="Let a step rest that you have begun. It stays yours; `runbook continue` goes on with it.",
)
@open_run_argument
@step_argument
@click.option("--reason", required=True, help="Why it rests.")
@json_option
@workspace
def command(run: str, step: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Let a step rest that you have begun."""
    take(workspace, run, Work(step, "suspend", reason=reason), as_json)
