"""`runbook run`: carry out a process."""

from __future__ import annotations

from typing import Any

import click

from runbook import app
from runbook.cli.arguments import process_argument
from runbook.cli.given import given, input_options
from runbook.cli.options import finish, json_option, workspace
from runbook.cli.sitting import session_options, sit


@click.command(
    epilog="""\b
Examples:
  runbook run backup/sqlite-restore-drill
  runbook run storage/log-rotation -i folder=/var/log/app -i keep=7
  runbook run capacity/capacity-report --yes --answers answers.yaml --json
""",
    help="Run a process: the machine does what it can, you are asked for the rest.\n\n"
    "Without a terminal, or with --yes, nobody is asked: answers come from --answers, and the run stops (exit code 4) "
    "where one is missing. Exit code 0: done; 1: failed; 4: it waits; `runbook resume` goes on.",
)
@process_argument
@input_options
@session_options
@json_option
@workspace
def command(
    process: str, pairs: tuple[str, ...], inputs_file: str | None, workspace: app.Workspace, **options: Any
) -> None:
    """Run a process."""
    from runbook.cli.processes import checked

    library = checked(workspace, process)
    inputs = given(library.project.processes[process], pairs, inputs_file)
    run = app.begin(workspace, library, process, inputs, options["answers"])
    finish(sit(workspace, run, **options))
