"""`runbook resume`: go on with a run."""

from __future__ import annotations

from typing import Any

import click

from runbook import app
from runbook.cli.arguments import open_run_argument
from runbook.cli.given import given, input_options
from runbook.cli.options import finish, json_option, workspace
from runbook.cli.sitting import session_options, sit


@click.command(
    epilog="""\b
Examples:
  runbook resume last
  runbook resume restore-drill-1122-k7qd --yes --answers answers.yaml
""",
    help="Go on with a run, after a pause, a crash, or when what it waited for has come.\n\n"
    "What was finished is never run again. What was running when everything died is looked into: its result is "
    "adopted, it is proved never to have run, or you are asked. Inputs may be given as to `run`; they have to be those "
    "the run was started with. RUN is an id, the beginning of one, or `last`.",
)
@open_run_argument
@input_options
@session_options
@json_option
@workspace
def command(
    run: str, pairs: tuple[str, ...], inputs_file: str | None, workspace: app.Workspace, **options: Any
) -> None:
    """Go on with a run."""
    run = app.resolve(workspace, run)
    if pairs or inputs_file:
        app.check_same_inputs(workspace, run, given(app.process_of(workspace, run), pairs, inputs_file))
    finish(sit(workspace, run, resumed=True, **options))
