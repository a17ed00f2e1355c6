"""`runbook anchor`: note the head of a run's chain where whoever can change the journal can't reach it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import some_run_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.options import echo, json_option, workspace
from runbook.errors import Misuse
from runbook.views import machine


@click.command(
    epilog="""\b
Examples:
  runbook anchor last
  runbook anchor last --file /mnt/audit/anchors.jsonl
  runbook anchor last --git-tag runs/drill-2026-11
""",
    help="Note the newest event of a run: its number and its hash, which hangs on every event before it. Kept where "
    "nobody who can change the journal can reach it, it shows a journal that was written anew. Without a place it is "
    "added to operations/anchors.jsonl of the project, to be committed and pushed.",
)
@some_run_argument
@click.option(
    "--file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Add it to this file, a line each.",
)
@click.option("--git-tag", "tag", metavar="NAME", help="Write it into an annotated git tag of the project.")
@json_option
@workspace
def command(run: str | None, file: Path | None, tag: str | None, as_json: bool, workspace: app.Workspace) -> None:
    """Note the head of a run's chain."""
    if file and tag is not None:
        raise Misuse("both `--file` and `--git-tag` are given", "give one of them")
    run = chosen_run(workspace, run, "anchor", ask=not as_json)
    made, where = app.anchor(workspace, run, file, tag)
    if as_json:
        echo(machine.line({**asdict(made), "where": where}))
        return
    echo(f"Event {made.seq} of {made.run} is noted in {where}")
    echo(f"  {made.hash}")
    echo(f"Check it with: runbook verify {made.run}{_named(file, tag)}")


def _named(file: Path | None, tag: str | None) -> str:
    return f" --git-tag {tag}" if tag else f" --anchor {file}" if file else ""
