"""`runbook record`: what was done, by whom, and when."""

from __future__ import annotations

import sys
from pathlib import Path

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
  runbook record last --format html --output record.html
  runbook record last --format csv -o record.csv
  runbook record last --json
""",
    help="Write the record of a run: what was done, by whom, when, what they were shown and what they answered; first "
    "what did not go by the book. `html` is one page that needs nothing besides itself, with page numbers in print; "
    "`csv` has a row for each attempt of a step.\n\n"
    "What is confidential is in it: only who may see all of a run has its record.",
)
@some_run_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "csv", "json"]),
    help="How to write it; laid out at a terminal, else Markdown.",
)
@click.option("as_json", "--json", is_flag=True, help="The same as --format json.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file."
)
@workspace
def command(run: str | None, form: str | None, as_json: bool, output: Path | None, workspace: app.Workspace) -> None:
    """Write the record of a run."""
    from runbook.views import record
    from runbook.views.markdown_terminal import lines

    form = "json" if as_json else form
    run = chosen_run(workspace, run, "record", ask=form in (None, "markdown"))
    state = app.state(workspace, run)
    app.check_sees_all(workspace, state, "the record")
    events = app.all_events(workspace, run)
    match form:
        case "json":
            text = pretty(record.as_json(state, events))
        case "html":
            text = record.as_page(state, events)
        case "csv":
            text = record.as_csv(state, events)
        case _:
            text = record.as_markdown(state, events)
    text = text.rstrip("\n")
    if output:
        output.write_text(f"{text}\n", "utf-8")
        echo(f"{output} written")
    elif form or not sys.stdout.isatty():
        echo(text)
    else:
        echo(lines(text, min(columns(), _WIDEST), style().colour))
