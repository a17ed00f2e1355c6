"""`runbook ticket`: a work item's tickets in other systems: raised, linked, and kept in step."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import item_argument
from runbook.cli.options import echo, finish, json_option, workspace
from runbook.views import machine, tickets
from runbook.views.visible import visible


@click.group(
    name="ticket",
    help="A ticket is the mirror of a work item in another system: Jira, GitHub, GitLab, or one that takes webhooks. "
    "The systems are described in operations/integrations.",
    epilog="""\b
Examples:
  runbook ticket raise INC-41 jira-ops --reason "the customer wants to see it"
  runbook ticket link INC-41 jira-ops OPS-7
  runbook ticket sync
""",
)
def command() -> None:
    """Tickets of work items."""


@command.command(
    name="raise",
    epilog="""\b
Examples:
  runbook ticket raise INC-41 jira-ops
  runbook ticket raise INC-41 jira-ops --reason "the customer wants to see it"
""",
    help="Let a work item have a ticket in another system, whatever else raises one. It is made by the next "
    "`runbook ticket sync`, or by a daemon, and once, however often an answer is lost.",
)
@item_argument
@click.argument("integration")
@click.option("--reason", metavar="TEXT", default="raised by hand", help="Why; it stands in the ticket.")
@json_option
@workspace
def raise_ticket(item: str, integration: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Let an item have a ticket."""
    mirror = app.raise_ticket(workspace, item, integration, reason)
    if as_json:
        echo(machine.line(tickets.ticket_as_json(item, mirror)))
    else:
        echo(f"{item} gets a ticket in {integration}: {mirror.key}")


@command.command(
    name="link",
    epilog="""\b
Examples:
  runbook ticket link INC-41 jira-ops OPS-7
  runbook ticket link INC-41 github-desk 17
""",
    help="Make a ticket that is there already the one of a work item. It gets the item's key as a label, and is kept "
    "in step from then on.",
)
@item_argument
@click.argument("integration")
@click.argument("ref")
@json_option
@workspace
def link(item: str, integration: str, ref: str, as_json: bool, workspace: app.Workspace) -> None:
    """Link a ticket that is there."""
    mirror = app.link_ticket(workspace, item, integration, ref)
    if as_json:
        echo(machine.line(tickets.ticket_as_json(item, mirror)))
    else:
        echo(f"{visible(mirror.ref)} is the ticket of {item} in {integration}")


@command.command(
    name="sync",
    epilog="""\b
Examples:
  runbook ticket sync
  runbook ticket sync --json
  */2 * * * * cd /srv/operations && runbook ticket sync -q     # a line of a crontab
""",
    help="Carry out all that is due about tickets, once: make, look for and change them, and ask every system what has "
    "changed there; people are told of escalations as well. Only one process does that at a time: another one ends "
    "with 5.\n\n"
    "Exit code 0: all went well, also when there was nothing to do; 1: something could not be done; it is tried again "
    "the next time, or is in `runbook outbox`.",
)
@click.option("-q", "--quiet", is_flag=True, help="Tell only of trouble: for cron, which mails what is written.")
@json_option
@workspace
def sync(quiet: bool, as_json: bool, workspace: app.Workspace) -> None:
    """Carry out what is due."""
    carried = app.carry_out(workspace, poll=True)
    if as_json:
        echo(machine.pretty({"done": carried.done, "troubles": carried.troubles}))
    else:
        if not quiet:
            echo([visible(each) for each in carried.done])
            if not carried.done and not carried.troubles:
                echo("Nothing was to be done.")
        for each in carried.troubles:
            click.echo(f"runbook: {visible(each)}", err=True)
    finish(1 if carried.troubles else 0)
