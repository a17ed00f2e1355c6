"""`runbook rerun`: do a run once more."""

from __future__ import annotations

from typing import Any

import click

from runbook import app
from runbook.cli.arguments import complete_reached, run_argument
from runbook.cli.given import given, input_options
from runbook.cli.options import finish, json_option, workspace
from runbook.cli.sitting import session_options, sit


@click.command(
    epilog="""\b
Examples:
  runbook rerun last
  runbook rerun last -i host=web2
  runbook rerun restore-drill-1122-k7qd --from restore --yes
  runbook rerun last --execute           # after a run of instructions, or one from paper
""",
    help="Do a run once more, as a new run: the same definition, as it was when the earlier run began, with the same "
    "inputs; -i gives others.\n\n"
    "With --from STEP the new run carries over what the earlier one had done before that step, with its outputs and "
    "answers, and begins there. Checks and approvals are never carried over: they are made, and given, once more. It "
    "is refused where something before the step was not done, and with other inputs. The earlier run stays as it is."
    "\n\nWhen nothing of the earlier run was executed, nothing of the new one is either, unless --execute says so.",
)
@run_argument
@click.option(
    "since", "--from", metavar="STEP", default="", shell_complete=complete_reached, help="The first step to do anew."
)
@click.option(
    "instructions",
    "--instructions/--execute",
    default=None,
    help="Execute nothing, or let programs run; as in the earlier run when left out.",
)
@input_options
@session_options
@json_option
@workspace
def command(
    run: str,
    since: str,
    pairs: tuple[str, ...],
    inputs_file: str | None,
    instructions: bool | None,
    workspace: app.Workspace,
    **options: Any,
) -> None:
    """Do a run once more."""
    run = app.resolve(workspace, run)
    values = given(app.process_of(workspace, run), pairs, inputs_file)
    finish(sit(workspace, app.rerun(workspace, run, since, values, options["answers"], instructions), **options))
