"""`runbook me`: who somebody is to runbook, and what is theirs to do."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.views import machine, people


@click.command(
    epilog="""\b
Examples:
  runbook me
  runbook me --json
""",
    help="Show who you are to runbook (your login, mapped to a person of `operations/people`), what you have "
    "claimed, what is "
    "offered or delegated to you, and what will come to you in the runs that are open.",
)
@json_option
@workspace
def command(as_json: bool, workspace: app.Workspace) -> None:
    """Show who calls, and what is theirs to do."""
    found = app.me(workspace)
    if as_json:
        echo(machine.pretty(people.me_as_json(found, app.now())))
    else:
        zone = app.department_zone(workspace) if found.places else "UTC"
        echo(people.me(found, app.now(), zone, style(), columns()))
