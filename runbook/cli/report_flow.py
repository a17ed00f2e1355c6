"""`runbook report flow`: how the work of a board flows."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_teams
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.views import flow_report, machine


@click.command(
    name="flow",
    epilog="""\b
Examples:
  runbook report flow
  runbook report flow --board infra --window 30
  runbook report flow --json
""",
    help="Show work in progress, throughput, cycle time and age, what may be expected of each kind of work, which "
    "items are old for their column, what blocked them, and the cumulative flow diagram.",
)
@click.option("--board", metavar="BOARD", default="", help="The board; the first one, or that of the team.")
@click.option("--team", metavar="TEAM", default="", shell_complete=complete_teams, help="Only what is of that team.")
@click.option("--window", type=click.IntRange(1, 1100), default=90, show_default=True, help="Days to look back.")
@json_option
@workspace
def flow(board: str, team: str, window: int, as_json: bool, workspace: app.Workspace) -> None:
    """Show how work flows."""
    told = app.board_flow(workspace, team, board, window)
    echo(machine.pretty(flow_report.as_json(told)) if as_json else flow_report.shown(told, style(), columns()))
