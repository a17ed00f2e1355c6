"""`runbook verify`: check that a run, a work item, an archive, or the whole journal is as it was written."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import named_proof_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.options import echo, finish, json_option, style, workspace
from runbook.errors import JournalDamaged, Misuse
from runbook.operations.item import is_stream
from runbook.views import machine


@click.command(
    epilog="""\b
Examples:
  runbook verify last
  runbook verify drill.zip
  runbook verify INC-41
  runbook verify --all --anchor /mnt/audit/anchors.jsonl
  runbook verify last --git-tag runs/drill-2026-11
  runbook verify --all --json
""",
    help="Check a run, a work item, or a file that `runbook export` wrote: that every event is there, unchanged, and "
    "possible, that definitions and evidence are those that were recorded, and that nothing was added. It works "
    "offline and changes nothing. An anchor shows also what was written anew from its beginning; those in "
    "operations/anchors.jsonl are compared unasked. Ends with 1 when something is wrong, with 6 when the "
    "journal can't be read.",
)
@named_proof_argument
@click.option("--all", "every", is_flag=True, help="Check the whole journal.")
@click.option(
    "--anchor",
    "files",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Compare with the anchors in this file (repeatable).",
)
@click.option(
    "--git-tag", "tags", metavar="NAME", multiple=True, help="Compare with the anchor in this git tag (repeatable)."
)
@json_option
@workspace
def command(
    named: str | None,
    every: bool,
    files: tuple[Path, ...],
    tags: tuple[str, ...],
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Check a run, a work item, an archive or the journal."""
    from runbook.views import proof

    if every and named:
        raise Misuse("both a name and `--all` are given", "give one of them")
    anchors = app.kept_anchors(workspace, files, tags)
    if every:
        verdict = app.verify_journal(workspace, anchors)
    elif named and is_stream(named):
        verdict = app.verify_journal(workspace, anchors, item=named)
    elif named and _is_archive(workspace, named):
        verdict = app.verify_archive(workspace, Path(named), anchors)
    else:
        verdict = app.verify_journal(workspace, anchors, chosen_run(workspace, named, "verify", ask=not as_json))
    echo(machine.pretty(proof.as_json(verdict)) if as_json else proof.told(verdict, style()))
    if not verdict.sound:
        finish(JournalDamaged.exit_code if verdict.unreadable else 1)


def _is_archive(workspace: app.Workspace, named: str) -> bool:
    """True for what looks like the name of a file, or is one and no run."""
    if named.endswith(".zip") or "/" in named:
        return True
    if not Path(named).is_file():
        return False
    try:
        app.resolve(workspace, named)
    except Misuse:
        return True
    return False
