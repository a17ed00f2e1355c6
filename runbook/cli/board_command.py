"""`runbook board`: what is done now, what comes next, what is blocked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from runbook import app
from runbook.cli.arguments import complete_teams
from runbook.cli.live import live
from runbook.cli.options import echo, json_option, style, workspace
from runbook.views import board as board_view
from runbook.views import machine


def board_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command `--board` and `--team`."""
    board = click.option("--board", "id", metavar="BOARD", default="", help="The board; your team's if left out.")
    team = click.option("--team", metavar="TEAM", default="", shell_complete=complete_teams, help="The team's board.")
    return board(team(function))


def _views(context: click.Context, option: click.Parameter, text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(","))
    for part in found:
        if part not in board_view.VIEWS:
            raise click.BadParameter(f"`{part}` is none of {', '.join(board_view.VIEWS)}", context, option)
    return found


@click.command(
    epilog="""\b
Examples:
  runbook board
  runbook board --view now,next,blocked
  runbook board --team infra --watch
  runbook board --json
""",
    help="Show a board: what is done now, what comes next, what has just come in, what is blocked, and which limits "
    "are exceeded. Items stand in the order in which they are to be done, each with the share of its time "
    "that is used.",
)
@board_options
@click.option(
    "views", "--view", metavar="VIEWS", default=",".join(board_view.VIEWS), callback=_views,
    help=f"What to show, of {', '.join(board_view.VIEWS)}.",
)  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, help="At most so many of each part.")
@click.option("--watch", is_flag=True, help="Show it anew whenever something changes, until Ctrl-C.")
@json_option
@workspace
def command(
    id: str, team: str, views: tuple[str, ...], limit: int, watch: bool, as_json: bool, workspace: app.Workspace
) -> None:
    """Show a board."""

    def lines() -> list[str]:
        seen = app.board(workspace, id, team)
        if as_json:
            return [machine.pretty(board_view.as_json(seen.board, seen.places, seen.limits, seen.now))]
        zone = app.department_zone(workspace)
        return list(board_view.shown(seen.board, seen.places, seen.limits, views, seen.now, zone, style(), limit))

    if watch and not as_json:
        live(workspace, lines)
    else:
        echo(lines())
