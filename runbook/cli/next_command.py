"""`runbook next`: what to do next."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.board_command import board_options
from runbook.cli.options import echo, json_option, style, workspace
from runbook.operations.seconds import seconds
from runbook.views import board, machine
from runbook.views.visible import visible


@click.command(
    epilog="""\b
Examples:
  runbook next
  runbook next --why
  runbook next --mine --limit 3
  runbook next --json
""",
    help="Show what to do next, in the order of the work: what is expedited, what somebody ranked by hand, then by "
    "priority, which rises as the agreed time is used up, then what is due first. What is blocked or waits for "
    "somebody is left out.",
)
@board_options
@click.option("--mine", is_flag=True, help="Only what you are accountable for, also what you have begun.")
@click.option("--why", is_flag=True, help="Say why each stands where it stands.")
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="At most so many.")
@json_option
@workspace
def command(id: str, team: str, mine: bool, why: bool, limit: int, as_json: bool, workspace: app.Workspace) -> None:
    """Show what to do next."""
    places = app.upcoming(workspace, mine, id, team)
    if as_json:
        echo(machine.pretty([board.place_as_json(place) for place in places[:limit]]))
        return
    if not places:
        echo("There is nothing to do next.")
    zone = app.department_zone(workspace)
    if why:
        for place in places[:limit]:
            echo(f"{style().bold(place.item.id)}  {visible(place.item.title)}")
            echo(f"  {board.why(place, zone)}")
    else:
        echo(board.table(places[:limit], seconds(app.now()), zone, style()))
    if len(places) > limit:
        echo(f"and {len(places) - limit} more")
