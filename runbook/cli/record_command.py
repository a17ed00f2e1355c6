"""`runbook record`: what was done, by whom, and when."""

from __future__ import annotations

import sys

import click

from runbook import app
from runbook.cli.arguments import some_run_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.options import columns, echo, style, workspace
from runbook.views.machine import pretty

_WIDEST = 100
"""Columns beyond which lines are no pleasure to read."""


@click.command(
    epilog="""\b
Examples:
  runbook record last > record.md
  runbook record last --json
""",
    help="Write the record of a run: what was done, by whom, when, what they were shown and what they answered.",
)
@some_run_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "json"]),
    help="How to write it; laid out at a terminal, else Markdown.",
)
@click.option("as_json", "--json", is_flag=True, help="The same as --format json.")
@workspace
def command(run: str | None, form: str | None, as_json: bool, workspace: app.Workspace) -> None:
    """Write the record of a run."""
    from runbook.views import record
    from runbook.views.markdown_terminal import lines

    run = chosen_run(workspace, run, "record", ask=not as_json and form != "json")
    state, events = app.state(workspace, run), list(app.events(workspace, run))
    if as_json or form == "json":
        echo(pretty(record.as_json(state, events)))
        return
    text = record.as_markdown(state, events).rstrip("\n")
    echo(text if form or not sys.stdout.isatty() else lines(text, min(columns(), _WIDEST), style().colour))
