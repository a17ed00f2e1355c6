"""`runbook attach`: keep a file as evidence of a step."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import reached_argument, run_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say


@click.command(
    epilog="""\b
Examples:
  runbook attach last read-gauge gauge.jpg
  runbook attach last read-gauge gauge.jpg --as gauge-photo
""",
    help="Keep a copy of a file as evidence of a step. It is stored by its SHA-256, which the record names, so that a "
    "file that was changed later shows.\n\n"
    "What the step asks for (its `evidence`) is named with --as; where one piece is missing, the file is that one. "
    "What a file is, is told by its content.",
)
@run_argument
@reached_argument
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--as", "piece", metavar="ID", default="", help="The piece of evidence that it is.")
@json_option
@workspace
def command(run: str, step: str, file: Path, piece: str, as_json: bool, workspace: app.Workspace) -> None:
    """Keep a file as evidence of a step."""
    run = app.resolve(workspace, run)
    say(workspace, run, app.keep_evidence(workspace, run, step, file, piece), as_json)
