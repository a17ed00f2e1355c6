"""`runbook status`: where a run stands."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_teams, some_run_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.glances import standing
from runbook.cli.options import echo, json_option, style, workspace
from runbook.diagnostics import suggestion
from runbook.errors import Misuse
from runbook.views import board, machine


@click.command(
    epilog="""\b
Examples:
  runbook status last
  runbook status restore-drill-1122-k7qd --json
  runbook status --team infra
""",
    help="Show where a run stands, step by step, and what it waits for.\n\n"
    "RUN is an id, the beginning of one, or `last`. With --team it is how the work items of a team stand: how many are "
    "open, under way, blocked, at risk, late, and how many concerns wait for an answer.",
)
@some_run_argument
@click.option(
    "--team", metavar="TEAM", default="", shell_complete=complete_teams, help="How the work of a team stands instead."
)
@json_option
@workspace
def command(run: str | None, team: str, as_json: bool, workspace: app.Workspace) -> None:
    """Show where a run, or a team, stands."""
    if team:
        if run:
            raise Misuse("a run and a team are two things", "name one of them")
        if team not in app.organisation(workspace).teams:
            help = suggestion(team, app.organisation(workspace).teams, "describe it in `operations/teams.yaml`")
            raise Misuse(f"there is no team `{team}`", help)
        seen = app.board(workspace, team=team)
        found = board.summary(seen.places, seen.limits)
        echo(machine.pretty({"board": seen.board.id, **found}) if as_json else board.summed(found, style()))
        return
    echo(standing(workspace, chosen_run(workspace, run, "status", ask=not as_json), as_json))
