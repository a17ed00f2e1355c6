"""`runbook plan`: what people commit to."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_items, complete_teams
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.errors import Misuse
from runbook.views import capacity, machine, rota


@click.group(
    name="plan",
    help="What the department commits to.",
    epilog="""\b
Examples:
  runbook plan week
  runbook plan week --commit
""",
)
def command() -> None:
    """What people commit to."""


@command.command(
    name="week",
    epilog="""\b
Examples:
  runbook plan week
  runbook plan week --week next --team infra
  runbook plan week --commit                   # to all that fits
  runbook plan week REQ-3 CHG-9 --commit
""",
    help="Show what fits into a week, in the order in which it is to be done: as many days as were kept in 85 % of the "
    "weeks that were, for everybody who is there.\n\nWith --commit the plan is recorded, once for a week: what is in "
    "it counts as planned work from then on, and all else as reactive.",
)
@click.argument("items", nargs=-1, metavar="[ITEM]...", shell_complete=complete_items)
@click.option("--week", metavar="WEEK", default="this", show_default=True, help="this, next, or such as 2026-W14.")
@click.option("--team", metavar="TEAM", default="", shell_complete=complete_teams, help="Only what is of that team.")
@click.option("--commit", is_flag=True, help="Commit to these items, or to all that fits.")
@json_option
@workspace
def week(items: tuple[str, ...], week: str, team: str, commit: bool, as_json: bool, workspace: app.Workspace) -> None:
    """Plan a week."""
    if items and not commit:
        raise Misuse("naming items commits to them", "add --commit, or leave them out to see what fits")
    if commit:
        done = app.commit_week(workspace, items, team, week)
        echo(machine.line(rota.recorded_as_json(done)) if as_json else capacity.committed(done))
        return
    told = app.plan_week(workspace, team, week)
    echo(machine.pretty(capacity.plan_as_json(told)) if as_json else capacity.plan(told, style(), columns()))
