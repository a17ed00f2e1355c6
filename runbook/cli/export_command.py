"""`runbook export`: all of a run, or of a work item, in one file that anybody can check."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import some_proof_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.options import echo, json_option, workspace
from runbook.operations.item import is_stream
from runbook.views import machine


@click.command(
    epilog="""\b
Examples:
  runbook export last
  runbook export last --output /media/audit/drill.zip
  runbook export INC-41
  runbook export last --json
""",
    help="Write all of a run into one ZIP file: its definitions, its events with their hashes, its evidence, its "
    "record as a page, and a list of all that with SHA-256. The same run gives the same bytes. `runbook verify FILE` "
    "checks it anywhere, without a project.\n\n"
    "Of a work item it is its events, the policies it was judged by, and its evidence; of `department` its events.\n\n"
    "What is confidential is in it: only who may see all of a run exports it.",
)
@some_proof_argument
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; RUN.zip or ITEM.zip in this folder when left out.",
)
@json_option
@workspace
def command(named: str | None, output: Path | None, as_json: bool, workspace: app.Workspace) -> None:
    """Write the archive of a run, or of a work item."""
    is_item = bool(named and is_stream(named))
    of = named if named and is_item else chosen_run(workspace, named, "export", ask=not as_json)
    made = (app.export_item if is_item else app.export)(workspace, of, output or Path(f"{of}.zip"))
    if as_json:
        head = {"seq": made.head_seq, "hash": made.head_hash}
        told = {"file": str(made.file), "stream" if is_item else "run": of, "members": made.members, "size": made.size}
        echo(machine.line({**told, "sha256": made.sha256, "head": head}))
        return
    echo(f"{made.file} written: {made.members} members, SHA-256 {made.sha256}")
    echo(f"  newest event: {made.head_seq}, {made.head_hash}")
    echo(f"Check it with: runbook verify {made.file}")
