"""`runbook events`: everything that happened in a run."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import some_run_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.options import echo, json_option, workspace
from runbook.views import machine, terminal


@click.command(
    epilog="""\b
Examples:
  runbook events last
  runbook events last --json | tail -n 5
""",
    help="Show everything that happened in a run, one event a line.\n\nRUN is an id, the beginning of one, or `last`.",
)
@some_run_argument
@click.option("--after", type=click.IntRange(0), default=0, help="Only events with a number above this one.")
@json_option
@workspace
def command(run: str | None, after: int, as_json: bool, workspace: app.Workspace) -> None:
    """Show everything that happened in a run."""
    recorded = app.events(workspace, chosen_run(workspace, run, "events", ask=not as_json), after)
    if as_json:
        echo(machine.line(machine.event(each)) for each in recorded)
    else:
        echo(terminal.events(recorded))
