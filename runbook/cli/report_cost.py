"""`runbook report cost`: what work costs."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.options import echo, json_option, workspace
from runbook.operations.costs import BY
from runbook.views import machine, service_review


@click.command(
    name="cost",
    epilog="""\b
Examples:
  runbook report cost
  runbook report cost --by service --window 365
  runbook report cost --by person --json
""",
    help="Show how many hours people were at items and runs, and what that costs by the `rates` of their roles in "
    "`operations/policies/capacity.yaml`.\n\nWhere somebody has no rate, hours are told alone.",
)
@click.option("--by", type=click.Choice(BY), default="process", show_default=True, help="What it is told apart by.")
@click.option(
    "--window", "days", type=click.IntRange(1, 1000), default=90, show_default=True, help="Days to look back."
)
@json_option
@workspace
def command(by: str, days: int, as_json: bool, workspace: app.Workspace) -> None:
    """Show what work costs."""
    found = app.costs(workspace, by, days)
    if as_json:
        echo(machine.pretty(service_review.costs_as_json(found, by, days)))
    else:
        echo(service_review.costs(found, by, days))
