"""`runbook export`: all of a run in one file that anybody can check."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import some_run_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.options import echo, json_option, workspace
from runbook.views import machine


@click.command(
    epilog="""\b
Examples:
  runbook export last
  runbook export last --output /media/audit/drill.zip
  runbook export last --json
""",
    help="Write all of a run into one ZIP file: its definitions, its events with their hashes, its evidence, its "
    "record as a page, and a list of all that with SHA-256. The same run gives the same bytes. `runbook verify FILE` "
    "checks it anywhere, without a project.\n\n"
    "What is confidential is in it: only who may see all of a run exports it.",
)
@some_run_argument
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; RUN.zip in this folder when left out.",
)
@json_option
@workspace
def command(run: str | None, output: Path | None, as_json: bool, workspace: app.Workspace) -> None:
    """Write the archive of a run."""
    run = chosen_run(workspace, run, "export", ask=not as_json)
    made = app.export(workspace, run, output or Path(f"{run}.zip"))
    if as_json:
        head = {"seq": made.head_seq, "hash": made.head_hash}
        told = {"file": str(made.file), "run": run, "members": made.members, "size": made.size}
        echo(machine.line({**told, "sha256": made.sha256, "head": head}))
        return
    echo(f"{made.file} written: {made.members} members, SHA-256 {made.sha256}")
    echo(f"  newest event: {made.head_seq}, {made.head_hash}")
    echo(f"Check it with: runbook verify {made.file}")
