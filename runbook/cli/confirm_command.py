"""`runbook confirm`: the second person's word on a step that somebody did."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_people, open_run_argument, step_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.signing import Signing, signing
from runbook.errors import Misuse
from runbook.run.commands import Answer


@click.command(
    epilog="""\b
Examples:
  runbook confirm last torque-bolts
  runbook confirm last torque-bolts --send-back --reason 'Bolt 3 was not tightened'
""",
    help="Confirm what somebody recorded at a step that has a `verifier`, or send it back. It takes a second person, "
    "logged in "
    "as themselves: nobody confirms their own work.",
)
@open_run_argument
@step_argument
@click.option("send_back", "--send-back", is_flag=True, help="It is not right: whoever did it has to do it again.")
@click.option("--reason", default="", help="What is not right, or a remark.")
@click.option(
    "--by",
    metavar="PERSON",
    shell_complete=complete_people,
    default="",
    help="Who confirms; nobody can do it for them.",
)
@click.option(
    "--seen", metavar="HASH", default="", help="What you were shown, by its hash; refused when it has changed."
)
@signing
@json_option
@workspace
def command(
    run: str,
    step: str,
    send_back: bool,
    reason: str,
    by: str,
    seen: str,
    signing: Signing,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Confirm a step that somebody else did."""
    if send_back and not reason.strip():
        raise Misuse("sending a step back needs a reason", "say what is not right with --reason")
    outcome = "send-back" if send_back else "confirm"
    signing.give(workspace, run, Answer(step, outcome, reason=reason, stated_by=by, seen=seen), as_json)
