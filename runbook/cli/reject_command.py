"""`runbook reject`: a no to a step that waits for approval."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument, step_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.signing import Signing, signing
from runbook.run.commands import Answer


@click.command(
    epilog="""\b
Examples:
  runbook reject last go-ahead --reason 'No window agreed'
""",
    help="Reject a step that waits for approval: the step fails, with your reason.",
)
@open_run_argument
@step_argument
@click.option("--reason", required=True, help="Why.")
@click.option(
    "--by", metavar="PERSON", default="", help="Who rejects, when you only pass it on; both names are recorded."
)
@signing
@json_option
@workspace
def command(
    run: str, step: str, reason: str, by: str, signing: Signing, as_json: bool, workspace: app.Workspace
) -> None:
    """Reject a step."""
    signing.give(workspace, run, Answer(step, "reject", reason=reason, stated_by=by), as_json)
