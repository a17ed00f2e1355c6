"""`runbook reject`: a no to a step that waits for approval."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_people, open_run_argument, step_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.signing import Signing, signing
from runbook.run.commands import Answer


@click.command(
    epilog="""\b
Examples:
  runbook reject last go-ahead --reason 'No window agreed'
  runbook reject last go-ahead --send-back --reason 'The plan has no way back'
""",
    help="Reject a step that waits for approval: the step fails, with your reason. With --send-back the work before "
    "it is done "
    "anew instead, where the step says from where.",
)
@open_run_argument
@step_argument
@click.option("--reason", required=True, help="Why.")
@click.option(
    "--by",
    metavar="PERSON",
    shell_complete=complete_people,
    default="",
    help="Who rejects, when you only pass it on; both names are recorded.",
)
@click.option("send_back", "--send-back", is_flag=True, help="Changes are wanted: what it approves is done anew.")
@click.option(
    "--seen", metavar="HASH", default="", help="What you were shown, by its hash; refused when it has changed."
)
@signing
@json_option
@workspace
def command(
    run: str,
    step: str,
    reason: str,
    by: str,
    send_back: bool,
    seen: str,
    signing: Signing,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Reject a step."""
    outcome = "send-back" if send_back else "reject"
    signing.give(workspace, run, Answer(step, outcome, reason=reason, stated_by=by, seen=seen), as_json)
