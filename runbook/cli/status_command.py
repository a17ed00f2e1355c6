"""`runbook status`: where a run stands."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import some_run_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.glances import standing
from runbook.cli.options import echo, json_option, workspace


@click.command(
    epilog="""\b
Examples:
  runbook status last
  runbook status restore-drill-1122-k7qd --json
""",
    help="Show where a run stands, step by step, and what it waits for.\n\n"
    "RUN is an id, the beginning of one, or `last`.",
)
@some_run_argument
@json_option
@workspace
def command(run: str | None, as_json: bool, workspace: app.Workspace) -> None:
    """Show where a run stands."""
    echo(standing(workspace, chosen_run(workspace, run, "status", ask=not as_json), as_json))
