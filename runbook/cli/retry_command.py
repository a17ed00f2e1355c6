"""`runbook retry`: go on with a run that failed, or was cancelled."""

from __future__ import annotations

from typing import Any

import click

from runbook import app
from runbook.cli.arguments import run_argument
from runbook.cli.options import finish, json_option, workspace
from runbook.cli.sitting import session_options, sit
from runbook.run.commands import Retry


@click.command(
    epilog="""\b
Examples:
  runbook retry last --reason 'The disk was full, and is not any more'
  runbook retry restore-drill-1122-k7qd --reason 'The window is open again' --yes
""",
    help="Go on with a run that failed, or was cancelled, where it stopped: what failed in it, or was cancelled, is "
    "done anew, what was done stays done. The run keeps its definition, its inputs and its record. To begin from the "
    "start, or from an earlier step, there is `runbook rerun`.",
)
@run_argument
@click.option("--reason", required=True, help="Why it will work now; kept in the record.")
@session_options
@json_option
@workspace
def command(run: str, reason: str, workspace: app.Workspace, **options: Any) -> None:
    """Go on with a run that failed."""
    run = app.resolve(workspace, run)
    app.check_answers(workspace, run, options["answers"])
    events = app.say(workspace, run, Retry(reason))
    finish(sit(workspace, run, after=events[0].seq - 1, **options))
