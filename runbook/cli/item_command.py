"""`runbook item`: the work items of the department: incidents, requests, problems, changes, duties, projects."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli import item_changes, item_progress, item_projects
from runbook.cli.arguments import complete_teams, item_argument
from runbook.cli.item_open import open_item
from runbook.cli.item_saying import show
from runbook.cli.options import echo, fitting, json_option, style, workspace
from runbook.operations.item import PREFIXES
from runbook.operations.seconds import seconds
from runbook.views import items, machine


@click.group(
    name="item",
    help="Work items: incidents, requests, problems, changes, duties, projects and their tasks, questions. Each has a "
    "history that nobody can change, one person who is accountable, and a place on a board.",
    epilog="""\b
Examples:
  runbook item open "Mail is down" --severity critical
  runbook item list --mine
  runbook item assign INC-41 me
  runbook item move INC-41 doing
  runbook item resolve INC-41 "Restarted the queue" --proof "test mail arrived"
""",
)
def command() -> None:
    """The work items of the department."""


@command.command(
    name="show",
    epilog="""\b
Examples:
  runbook item show INC-41
  runbook item show INC-41 --json
""",
    help="Show an item: what it is, who has it, where it stands, and what keeps it from going on.",
)
@item_argument
@json_option
@workspace
def show_item(item: str, as_json: bool, workspace: app.Workspace) -> None:
    """Show one item."""
    show(workspace, app.item(workspace, item), as_json)


@command.command(
    name="log",
    epilog="""\b
Examples:
  runbook item log INC-41
  runbook item log INC-41 --json
""",
    help="Show everything that has happened to an item, a sentence a line: when by the clock of the office, who, what.",
)
@item_argument
@json_option
@workspace
def log_item(item: str, as_json: bool, workspace: app.Workspace) -> None:
    """Show the history of one item."""
    events = app.item(workspace, item).events
    if as_json:
        echo(machine.line(items.event_as_json(each)) for each in events)
    else:
        echo(fitting(items.logged(events, app.department_zone(workspace))))


@command.command(
    name="list",
    epilog="""\b
Examples:
  runbook item list
  runbook item list --mine
  runbook item list --kind incident --blocked
  runbook item list --all --json
""",
    help="List the open items, oldest first; with --all also those that are over.",
)
@click.option("everything", "--all", is_flag=True, help="Also what is resolved, closed or cancelled.")
@click.option("--mine", is_flag=True, help="Only what you are accountable for, or help with.")
@click.option("--kind", type=click.Choice(tuple(PREFIXES)), help="Only items of that kind.")
@click.option("--team", metavar="TEAM", default="", shell_complete=complete_teams, help="Only those of that team.")
@click.option("--blocked", is_flag=True, help="Only what is blocked.")
@json_option
@workspace
def list_items(
    everything: bool, mine: bool, kind: str | None, team: str, blocked: bool, as_json: bool, workspace: app.Workspace
) -> None:
    """List items."""
    me = app.someone(workspace, "me")
    found = [
        each
        for each in app.items(workspace, everything)
        if (not mine or me in (each.accountable, *each.helpers))
        and kind in (None, each.kind)
        and team in ("", each.team)
        and (not blocked or each.blocked)
    ]
    if as_json:
        echo(machine.pretty([items.as_json(each) for each in found]))
    else:
        echo(items.listed(found, seconds(app.now()), style()))


command.add_command(open_item)
for each in (*item_changes.COMMANDS, *item_progress.COMMANDS, *item_projects.COMMANDS):
    command.add_command(each)
