"""`runbook anchor`: note the newest events of runs and work items where whoever can change the journal can't come."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import some_proof_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.options import echo, json_option, workspace
from runbook.errors import Misuse
from runbook.operations.item import is_stream
from runbook.views import machine
from runbook.views.proof import many


@click.command(
    epilog="""\b
Examples:
  runbook anchor last
  runbook anchor INC-41
  runbook anchor --all --file /mnt/audit/anchors.jsonl
  runbook anchor last --git-tag runs/drill-2026-11
""",
    help="Note the newest event of a run or a work item: its number and its hash, which hangs on every event before "
    "it. Kept where nobody who can change the journal can reach it, it shows a journal that was written anew. Without "
    "a place it is added to operations/anchors.jsonl of the project, to be committed and pushed.\n\n"
    "`department` is what concerns no single item: plans, turns on call, duties. With --all it is everything: what "
    "has not moved since it was noted there is not noted again.",
)
@some_proof_argument
@click.option("--all", "every", is_flag=True, help="Note all runs, all work items, and the department.")
@click.option(
    "--file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Add it to this file, a line each.",
)
@click.option("--git-tag", "tag", metavar="NAME", help="Write it into an annotated git tag of the project.")
@json_option
@workspace
def command(
    named: str | None, every: bool, file: Path | None, tag: str | None, as_json: bool, workspace: app.Workspace
) -> None:
    """Note the head of a chain, or of all."""
    if file and tag is not None:
        raise Misuse("both `--file` and `--git-tag` are given", "give one of them")
    if every and named:
        raise Misuse("both a name and `--all` are given", "give one of them")
    if every:
        echo(_noted(app.anchor_all(workspace, file, tag), _named(file, tag), as_json))
        return
    if named and is_stream(named):
        made, where = app.anchor_stream(workspace, named, file, tag)
    else:
        made, where = app.anchor(workspace, chosen_run(workspace, named, "anchor", ask=not as_json), file, tag)
    of = made.of[0]
    if as_json:
        echo(machine.line({**asdict(made), "where": where}))
        return
    echo(f"Event {made.seq} of {of} is noted in {where}")
    echo(f"  {made.hash}")
    echo(f"Check it with: runbook verify {of}{_named(file, tag)}")


def _noted(noted: app.Noted, named: str, as_json: bool) -> str:
    if as_json:
        return machine.line(asdict(noted))
    heads = f"{many(noted.runs, 'run')} and {many(noted.streams, 'stream')}"
    told = f"The newest events of {heads} are noted in {noted.where}, {noted.new} of them now"
    return f"{told}\nCheck them with: runbook verify --all{named}"


def _named(file: Path | None, tag: str | None) -> str:
    return f" --git-tag {tag}" if tag else f" --anchor {file}" if file else ""
