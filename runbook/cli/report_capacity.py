"""`runbook report capacity`: how weeks were, and what to commit to."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_teams
from runbook.cli.options import echo, json_option, style, workspace
from runbook.operations.capacity import capacity_of
from runbook.views import capacity, machine


@click.command(
    name="capacity",
    epilog="""\b
Examples:
  runbook report capacity
  runbook report capacity --team infra --weeks 26 --people
  runbook report capacity --json
""",
    help="Show for each week how long people were at planned work and how long at what came, how often they were "
    "interrupted, whether the plan was kept, and how much to commit to.\n\nNobody writes timesheets: an item takes its "
    "person's time while it is worked on, within their hours; `runbook item time` corrects it.",
)
@click.option("--team", metavar="TEAM", default="", shell_complete=complete_teams, help="Only who is in it.")
@click.option("--weeks", type=click.IntRange(1, 52), default=12, show_default=True, help="How many weeks.")
@click.option("--people", is_flag=True, help="Each person as well.")
@json_option
@workspace
def capacity_command(team: str, weeks: int, people: bool, as_json: bool, workspace: app.Workspace) -> None:
    """Show how weeks were."""
    report = app.capacity_weeks(workspace, team, weeks)
    rules = capacity_of(app.operations(workspace).data)
    if as_json:
        echo(machine.pretty(capacity.weeks_as_json(report, rules)))
    else:
        echo(capacity.weeks(report, rules, people, style()))
