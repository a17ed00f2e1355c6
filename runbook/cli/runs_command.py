"""`runbook runs`: the runs there have been."""

from __future__ import annotations

from itertools import islice

import click

from runbook import app
from runbook.cli.arguments import complete_processes
from runbook.cli.options import echo, json_option, style, workspace
from runbook.views import machine, terminal

STATES = ("running", "waiting", "blocked", "succeeded", "failed", "cancelled")


@click.command(
    epilog="""\b
Examples:
  runbook runs
  runbook runs --status waiting
  runbook runs --process backup/sqlite-restore-drill --json
""",
    help="List runs, newest first.",
)
@click.option("--status", type=click.Choice(STATES), help="Only runs in this state.")
@click.option("--process", metavar="ID", shell_complete=complete_processes, help="Only runs of this process.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many (text only).")
@json_option
@workspace
def command(status: str | None, process: str | None, limit: int, as_json: bool, workspace: app.Workspace) -> None:
    """List runs."""
    rows = (row for row in app.runs(workspace) if status in (None, row.status) and process in (None, row.process))
    if as_json:
        echo(machine.pretty([machine.run(row) for row in rows]))
    else:
        found = list(islice(rows, limit))
        echo(terminal.runs(found, style()) if found else "There are no such runs.")
