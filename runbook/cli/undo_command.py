"""`runbook undo`: undo what a run has done."""

from __future__ import annotations

from typing import Any

import click

from runbook import app
from runbook.cli.arguments import complete_reached, run_argument
from runbook.cli.options import columns, echo, finish, json_option, style, workspace
from runbook.cli.questions import agreed, attended
from runbook.cli.session import INTERRUPTED
from runbook.cli.sitting import session_options, sit
from runbook.errors import Misuse
from runbook.run.commands import Undo


@click.command(
    epilog="""\b
Examples:
  runbook undo last --dry-run
  runbook undo last --reason 'The new version loses orders'
  runbook undo last --to switch-over --reason 'The old servers are wanted back' --yes --answers answers.yaml
""",
    help="Undo what a run that is over has done, the last step first: each step by its `undo`, what people undo "
    "included. What would be undone is shown before, and you are asked; with --yes nobody is. Days may lie in "
    "between.\n\n"
    "Where an undo fails, the way back stops; the same command goes on with the step that failed. Nothing is undone "
    "twice. A step that is `irreversible` is not passed over: the way back ends after it, by --to, or "
    "--across-irreversible leaves it as it is. Exit code 0: undone; 1: an undo failed; 2: refused; 4: it waits.",
)
@run_argument
@click.option(
    "--to", metavar="STEP", default="", shell_complete=complete_reached, help="The last step to undo; all if left out."
)
@click.option("across", "--across-irreversible", is_flag=True, help="Leave as they are the steps that nothing undoes.")
@click.option("--reason", default="", help="Why; kept in the record. Needed for all but --dry-run.")
@click.option("--dry-run", is_flag=True, help="Show what would be undone; nothing is.")
@session_options
@json_option
@workspace
def command(
    run: str, to: str, across: bool, reason: str, dry_run: bool, workspace: app.Workspace, **options: Any
) -> None:
    """Undo what a run has done."""
    from runbook.views import machine, undoing

    run = app.resolve(workspace, run)
    as_json, unattended = options["as_json"], options["unattended"]
    if dry_run:
        found = app.way_back(workspace, run, to)
        shown = undoing.preview(*found, style(), columns(), across)
        echo(machine.pretty(undoing.as_json(*found)) if as_json else shown)
        return
    wanted = Undo(reason, to, across)
    found = app.check_undo(workspace, run, wanted)
    app.check_answers(workspace, run, options["answers"])
    if not as_json:
        echo(undoing.preview(*found, style(), columns()))
    if not unattended:
        if not attended(as_json):
            raise Misuse("nobody is here who could agree to it", "look at it with --dry-run, then add --yes")
        if not agreed(f"Undo {'this' if len(found[1].steps) == 1 else 'these'}"):
            echo("Nothing was undone.")
            finish(INTERRUPTED)
    seen = found[0].seq
    app.say(workspace, run, wanted)
    finish(sit(workspace, run, after=seen, **options))
