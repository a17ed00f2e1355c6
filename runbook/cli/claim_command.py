"""`runbook claim`: take a step on, so that nobody else does."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import some_open_run_argument, some_step_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import take
from runbook.errors import Misuse
from runbook.run.commands import Work


@click.command(
    epilog="""\b
Examples:
  runbook claim last read-gauge
  runbook claim last read-gauge --start
  runbook claim --next                # what comes first of all that waits for you
""",
    help="Take a step on that is offered to you: it is yours, and nobody else does it. Of two who claim it at the "
    "same time "
    "one gets it, and the other is told who.",
)
@some_open_run_argument
@some_step_argument
@click.option("first", "--next", is_flag=True, help="Claim what comes first of all that waits for you.")
@click.option("--start", is_flag=True, help="Begin it as well.")
@json_option
@workspace
def command(
    run: str | None, step: str | None, first: bool, start: bool, as_json: bool, workspace: app.Workspace
) -> None:
    """Take a step on."""
    if first and run:
        raise Misuse("`--next` chooses by itself", "leave out the run, or `--next`")
    if first:
        run, step = app.first_of(workspace)
    if not run or not step:
        raise Misuse("there is no step to claim", "name a run and a step, or give --next")
    take(workspace, run, Work(step, "claim", start=start), as_json)
