"""`runbook scorecard`: what a process that can be relied on has, and which of it each one lacks."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import process_argument
from runbook.cli.options import columns, echo, finish, json_option, style, workspace
from runbook.views import catalogue, machine


@click.command(
    epilog="""\b
Examples:
  runbook scorecard
  runbook scorecard backup/restore-file
  runbook scorecard --fail-under 6          # in CI
""",
    help="Check what a process that can be relied on has: an owner, somebody who stands in, a review that is not "
    "overdue, documented steps, ways back, a service level, a run within 90 days, few failures, whole evidence.\n\n"
    "Exit code 1: with --fail-under, a process passes fewer checks than that, or is too broken to check.",
)
@process_argument
@click.option("--fail-under", metavar="N", type=click.IntRange(1, 9), help="End with 1 when one passes fewer than N.")
@json_option
@workspace
def command(process: str | None, fail_under: int | None, as_json: bool, workspace: app.Workspace) -> None:
    """Check what a process that can be relied on has."""
    found, around = app.scorecards(workspace, process)
    if as_json:
        echo(machine.pretty(catalogue.scorecards_as_json(found)))
    else:
        echo(catalogue.scorecards_as_text(found, style(), columns()))
        echo(catalogue.left_out(around.left_out))
    below = [each for each in found if fail_under is not None and each.score < fail_under]
    broken = around.left_out if fail_under is not None and process is None else ()
    if below and not as_json:
        echo(f"{len(below)} of {len(found)} pass fewer than {fail_under} checks")
    finish(1 if below or broken else 0)
