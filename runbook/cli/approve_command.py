"""`runbook approve`: a yes to a step that waits for approval."""

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
  runbook approve last go-ahead
  runbook approve restore-drill-1122-k7qd go-ahead --comment 'Window agreed with the business'
  runbook approve last go-ahead --emergency --comment 'Customers are cut off'
""",
    help="Approve a step that waits for it. Who may is said by its role; one person counts once.",
)
@open_run_argument
@step_argument
@click.option("--comment", default="", help="What to keep with the approval.")
@click.option(
    "--by",
    metavar="PERSON",
    shell_complete=complete_people,
    default="",
    help="Who approves, when you only pass it on; both names are recorded.",
)
@click.option("--emergency", is_flag=True, help="Do not wait for those who usually decide; they look at it afterwards.")
@click.option(
    "--seen", metavar="HASH", default="", help="What you were shown, by its hash; refused when it has changed."
)
@signing
@json_option
@workspace
def command(
    run: str,
    step: str,
    comment: str,
    by: str,
    emergency: bool,
    seen: str,
    signing: Signing,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Approve a step."""
    answer = Answer(step, "approve", reason=comment, stated_by=by, emergency=emergency, seen=seen)
    signing.give(workspace, run, answer, as_json)
