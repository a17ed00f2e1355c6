"""`runbook revoke`: take a yes back."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument, reached_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say
from runbook.cli.signing import Signing, signing
from runbook.run.commands import Revoke


@click.command(
    epilog="""\b
Examples:
  runbook revoke last go-ahead --reason 'The business has moved the window'
  runbook revoke last go-ahead --reason 'Not this week' --key ~/.ssh/id_ed25519    # where it has to be signed
""",
    help="Take back an approval that was given. It is asked for again; where what needed it has begun already, the "
    "run is "
    "paused, so that nothing new starts.",
)
@open_run_argument
@reached_argument
@click.option("--reason", required=True, help="Why it no longer holds.")
@signing
@json_option
@workspace
def command(run: str, step: str, reason: str, signing: Signing, as_json: bool, workspace: app.Workspace) -> None:
    """Take back an approval."""
    run = app.resolve(workspace, run)
    given = signing.signed(workspace, run, Revoke(step, reason).as_answer())
    if given is not None:
        say(workspace, run, Revoke(step, reason, given.signature), as_json)
