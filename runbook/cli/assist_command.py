"""`runbook assist`: help whoever has a step."""

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
  runbook assist last read-gauge
""",
    help="Help whoever has claimed a step. You count as one who acted in it: whatever keeps two people apart holds "
    "for you as well.",
)
@open_run_argument
@step_argument
@json_option
@workspace
def command(run: str, step: str, as_json: bool, workspace: app.Workspace) -> None:
    """Help whoever has a step."""
    take(workspace, run, Work(step, "help"), as_json)
