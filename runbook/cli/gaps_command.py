"""`runbook gaps`: where what processes give and take does not fit together."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.options import columns, echo, finish, json_option, workspace
from runbook.views import catalogue, machine


@click.command(
    epilog="""\b
Examples:
  runbook gaps
  runbook gaps --json
""",
    help="Find where what processes give and take (`interfaces`) does not fit together: outputs that nobody takes, "
    "inputs that nobody gives, times that are longer than what is needed or agreed.\n\n"
    "Exit code 0: all fits; 1: there is a gap.",
)
@json_option
@workspace
def command(as_json: bool, workspace: app.Workspace) -> None:
    """Find where processes do not fit together."""
    found, around = app.gaps(workspace)
    listings = [process.listing for process in around.project.processes.values()]
    ports = sum(len(each.takes) + len(each.gives) for each in listings)
    if as_json:
        echo(machine.pretty(catalogue.gaps_as_json(found)))
    else:
        echo(catalogue.gaps_as_text(found, ports, columns()))
        echo(catalogue.left_out(around.left_out))
    finish(1 if found else 0)
