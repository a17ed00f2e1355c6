"""`runbook show`: a process as text."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import process_argument
from runbook.cli.choosing import chosen_process
from runbook.cli.options import echo, json_option, workspace
from runbook.cli.processes import checked


@click.command(
    epilog="""\b
Examples:
  runbook show backup/sqlite-restore-drill
  runbook show backup/sqlite-restore-drill --json
""",
    help="Show a process: what it is for, who does it, what it needs, and its steps.",
)
@process_argument
@json_option
@workspace
def command(process: str | None, as_json: bool, workspace: app.Workspace) -> None:
    """Show a process as text."""
    from runbook.views import outline
    from runbook.views.machine import pretty

    process = chosen_process(workspace, process, "show", ask=not as_json)
    library = checked(workspace, process)
    definition = library.project.processes[process]
    if as_json:
        echo(pretty(outline.as_json(definition, library.project, workspace.kinds)))
    else:
        echo(outline.as_text(definition, library.project, workspace.kinds))
