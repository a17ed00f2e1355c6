"""`runbook history`: what the runs of a process tell together."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import process_argument
from runbook.cli.choosing import chosen_process
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.cli.since import since_option
from runbook.views import history, machine


@click.command(
    epilog="""\b
Examples:
  runbook history backup/sqlite-restore-drill
  runbook history backup/sqlite-restore-drill --since 90d
  runbook history backup/sqlite-restore-drill --json
""",
    help="Show the runs of a process with their durations, then what they tell together: results, which steps failed "
    "most often, which took longest, and what people did otherwise.\n\n"
    "It reads the journal alone; a process that has been deleted still has its history.",
)
@process_argument
@since_option
@json_option
@workspace
def command(process: str | None, since: str, as_json: bool, workspace: app.Workspace) -> None:
    """Show the history of a process."""
    name = chosen_process(workspace, process, "history", ask=not as_json)
    found = app.history(workspace, name, since)
    echo(machine.pretty(history.as_json(found)) if as_json else history.as_text(found, style(), columns()))
