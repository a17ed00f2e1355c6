"""`runbook pause`: no program of a run starts any more."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say
from runbook.run.commands import Pause


@click.command(
    epilog="""\b
Examples:
  runbook pause last
  runbook pause last --reason 'The change window is closed until Monday'
""",
    help="Pause a run, from any terminal: no program starts any more, and whoever carries the run out lets what runs "
    "end and leaves. What waits for people can still be answered. `runbook resume` goes on.",
)
@open_run_argument
@click.option("--reason", default="", help="Why; kept in the record.")
@json_option
@workspace
def command(run: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Pause a run."""
    say(workspace, run, Pause(reason), as_json, "Who carries the run out lets what runs end, and leaves.")
