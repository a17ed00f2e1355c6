"""`runbook hand-over`: leave a run to somebody else."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say
from runbook.run.commands import HandOver


@click.command(
    epilog="""\b
Examples:
  runbook hand-over last --to maria --text 'Two hosts are done, web3 is next'
""",
    help="Leave a run to somebody else, with what they should know. Whoever resumes it is shown that first; until then "
    "it stands in the status, and always in the record.",
)
@open_run_argument
@click.option("--to", required=True, metavar="PERSON", help="Who goes on.")
@click.option("--text", default="", help="What they should know.")
@json_option
@workspace
def command(run: str, to: str, text: str, as_json: bool, workspace: app.Workspace) -> None:
    """Leave a run to somebody else."""
    say(workspace, run, HandOver(to, text), as_json)
