"""`runbook note`: note something about a run."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_reached, run_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say
from runbook.run.commands import Note


@click.command(
    epilog="""\b
Examples:
  runbook note last 'The vendor was slow today'
  runbook note last 'Read twice' --step read-gauge
""",
    help="Note something about a run, or about one of its steps. The note stands in the record, with your name.",
)
@run_argument
@click.argument("text", metavar="TEXT")
@click.option("--step", default="", metavar="STEP", shell_complete=complete_reached, help="The step it is about.")
@json_option
@workspace
def command(run: str, text: str, step: str, as_json: bool, workspace: app.Workspace) -> None:
    """Note something about a run."""
    say(workspace, run, Note(text, step), as_json)
