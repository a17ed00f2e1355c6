"""`runbook maturity`: how far each process has come."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import process_argument
from runbook.cli.options import columns, echo, json_option, workspace
from runbook.views import catalogue, machine


@click.command(
    epilog="""\b
Examples:
  runbook maturity
  runbook maturity backup/restore-file
  runbook maturity --json
""",
    help="Show how far the processes have come, from 1 to 5: listed, grouped, documented, measured (5 runs in 90 days) "
    "and improving (a change has made its runs quicker, or fail less often, or an accepted suggestion has moved "
    "what it should); and what it takes to go on.\n\n"
    "It is worked out from the files and the runs; nobody sets it by hand.",
)
@process_argument
@json_option
@workspace
def command(process: str | None, as_json: bool, workspace: app.Workspace) -> None:
    """Show how far the processes have come."""
    found, around = app.maturities(workspace, process)
    if as_json:
        echo(machine.pretty({**catalogue.maturity_as_json(found), "left_out": list(around.left_out)}))
        return
    echo(catalogue.maturity_as_text(found, columns()))
    echo(catalogue.left_out(around.left_out))
