"""`runbook record`: what was done, by whom, and when."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import run_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.options import echo, workspace
from runbook.views.machine import pretty


@click.command(
    epilog="""\b
Examples:
  runbook record last > record.md
  runbook record last --json
""",
    help="Write the record of a run: what was done, by whom, when, what they were shown and what they answered.",
)
@run_argument
@click.option("--format", "form", type=click.Choice(["markdown", "json"]), default="markdown", help="How to write it.")
@click.option("as_json", "--json", is_flag=True, help="The same as --format json.")
@workspace
def command(run: str | None, form: str, as_json: bool, workspace: app.Workspace) -> None:
    """Write the record of a run."""
    from runbook.views import record

    run = chosen_run(workspace, run, "record", ask=not as_json and form != "json")
    state, events = app.state(workspace, run), list(app.events(workspace, run))
    if as_json or form == "json":
        echo(pretty(record.as_json(state, events)))
    else:
        echo(record.as_markdown(state, events).rstrip("\n"))
