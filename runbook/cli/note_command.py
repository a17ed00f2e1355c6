"""`runbook note`: note something about a run."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import complete_reached, run_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say
from runbook.run.commands import Note


@click.command(
    epilog="""\b
Examples:
  runbook note last 'The vendor was slow today'
  runbook note last 'Read twice' --step read-gauge
  runbook note last '@ana the seal leaks again, see the picture' --attach leak.jpg
""",
    help="Note something about a run, or about one of its steps, at any time, also after its end. The note stands in "
    "the record, with your name.\n\n"
    "Who is named in it as `@ana` (a person, or a team) is shown it. Files are kept as with `runbook attach`.",
)
@run_argument
@click.argument("text", metavar="TEXT")
@click.option("--step", default="", metavar="STEP", shell_complete=complete_reached, help="The step it is about.")
@click.option(
    "files", "--attach", metavar="FILE", multiple=True, type=click.Path(path_type=Path), help="A file to keep with it."
)
@json_option
@workspace
def command(run: str, text: str, step: str, files: tuple[Path, ...], as_json: bool, workspace: app.Workspace) -> None:
    """Note something about a run."""
    run = app.resolve(workspace, run)
    say(workspace, run, [Note(text, step), *(app.keep_evidence(workspace, run, step, file) for file in files)], as_json)
