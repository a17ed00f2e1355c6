"""`runbook outbox`: the tickets that are on their way, in doubt, or refused."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.options import echo, fitting, json_option, style, workspace
from runbook.operations.seconds import seconds
from runbook.views import machine, tickets


@click.command(
    epilog="""\b
Examples:
  runbook outbox
  runbook outbox --retry INC-41
  runbook outbox --retry jira-ops
  runbook outbox --json
""",
    help="List the tickets that are not as they should be: those that are still to be made or changed, those of which "
    "nobody knows whether they were made, and those that the other side has refused. What was refused is not tried "
    "again by itself: mend the reason, then use --retry.\n\n"
    "`runbook ticket sync` carries out what is due; so does a daemon.",
)
@click.option(
    "--retry", metavar="WHAT", default="", help="Try again what was refused: of an item, an integration, or one key."
)
@json_option
@workspace
def command(retry: str, as_json: bool, workspace: app.Workspace) -> None:
    """List what is in the outbox."""
    if retry:
        again = [each.mirror.key for each in app.retry_tickets(workspace, retry)]
        if not as_json:
            echo(f"{len(again)} of them {'is' if len(again) == 1 else 'are'} tried again")
    entries = [(each.item, each.mirror, each.state, each.at) for each in app.outbox(workspace)]
    if as_json:
        echo(machine.pretty(tickets.as_json(entries)))
    elif not retry:
        echo(fitting(tickets.listed(entries, seconds(app.now()), app.department_zone(workspace), style())))
