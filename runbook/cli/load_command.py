"""`runbook load`: what people really have on their plate."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_teams
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.views import capacity, machine


@click.command(
    epilog="""\b
Examples:
  runbook load
  runbook load --team infra --week next
  runbook load --json
""",
    help="Show everybody's work in progress against their limit, the hours they have committed to against those they "
    "can work in the week, and how much they are on call.\n\nHours an item takes are learned from those of its kind "
    "that are finished; what people work comes from their calendar, allocation and leave.",
)
@click.option("--team", metavar="TEAM", default="", shell_complete=complete_teams, help="Only who is in it.")
@click.option("--week", metavar="WEEK", default="this", show_default=True, help="this, next, or such as 2026-W14.")
@json_option
@workspace
def command(team: str, week: str, as_json: bool, workspace: app.Workspace) -> None:
    """Show what people have on their plate."""
    name, found = app.loads(workspace, team, week)
    if as_json:
        echo(machine.pretty({"week": name, "people": [capacity.load_as_json(each) for each in found]}))
    else:
        echo(capacity.loads(name, found, style(), columns()))
