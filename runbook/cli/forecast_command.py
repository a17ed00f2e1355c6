"""`runbook forecast`: how long so many items will take, or how many will be done by then."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_teams
from runbook.cli.options import echo, json_option, style, workspace
from runbook.errors import Misuse
from runbook.operations.item import PREFIXES
from runbook.views import forecast, machine


@click.command(
    epilog="""\b
Examples:
  runbook forecast                    # all that is open
  runbook forecast --items 20
  runbook forecast --days 14 --team infra
  runbook forecast --items 5 --kind change --window 180
""",
    help="Tell in how many days so many items will be done, or how many in so many days, with a chance of 50, 85 and "
    "95 %.\n\nIt is worked out from how many items were finished on each of the days that were, exactly: the same "
    "days give the same answer. Fewer than eleven days tell nothing.",
)
@click.option("--items", type=click.IntRange(1), help="How many items; all that are open, when left out.")
@click.option("--days", type=click.IntRange(1), help="How many days ahead.")
@click.option("--team", metavar="TEAM", default="", shell_complete=complete_teams, help="Only what is of that team.")
@click.option("--kind", type=click.Choice(tuple(PREFIXES)), help="Only items of that kind.")
@click.option("--window", type=click.IntRange(1, 1100), default=90, show_default=True, help="Days to look back.")
@json_option
@workspace
def command(
    items: int | None, days: int | None, team: str, kind: str | None, window: int, as_json: bool,
    workspace: app.Workspace,
) -> None:  # fmt: skip
    """Forecast what gets done."""
    if items is not None and days is not None:
        raise Misuse("how long and how many can't be asked together", "give --items or --days")
    told = app.forecast(workspace, items, days, team, kind or "", window)
    if as_json:
        echo(machine.pretty(forecast.as_json(told)))
    else:
        echo(forecast.shown(told, app.department_zone(workspace), style()))
