"""`runbook scope`: what the department covers; `scope drift`: the work outside of it."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.groups import goes_on
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.cli.since import since_option
from runbook.views import catalogue, machine


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  runbook scope
  runbook scope --json
  runbook scope drift --since 90d
""",
    help="Show what the department covers: what is in scope and who takes care of it, what is left to others, and the "
    "processes of every service.",
)
@json_option
@workspace
@click.pass_context
def command(context: click.Context, as_json: bool, workspace: app.Workspace) -> None:
    """Show what the department covers."""
    if goes_on(context):
        return
    found, around = app.scope(workspace)
    if as_json:
        echo(machine.pretty({**catalogue.scope_as_json(found), "left_out": list(around.left_out)}))
        return
    echo(catalogue.scope_as_text(found, around.project.processes, style(), columns()))
    echo(catalogue.left_out(around.left_out))


@command.command(
    name="drift",
    epilog="""\b
Examples:
  runbook scope drift
  runbook scope drift --since 90d --json
""",
    help="List the work items that no process of the catalogue handles, and those out of scope: what they are about, "
    "how many, and how long they took. What comes up often wants a process, or another place to go to.",
)
@since_option
@json_option
@workspace
def drift(since: str, as_json: bool, workspace: app.Workspace) -> None:
    """List the work outside of the catalogue."""
    found = app.drift(workspace, since)
    echo(machine.pretty(catalogue.drift_as_json(found)) if as_json else catalogue.drift_as_text(found, columns()))
