"""`runbook resume`: go on with a run."""

from __future__ import annotations

from typing import Any

import click

from runbook import app
from runbook.cli.arguments import some_open_run_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.given import given, input_options
from runbook.cli.options import finish, json_option, workspace
from runbook.cli.sitting import session_options, sit
from runbook.errors import Misuse


@click.command(
    epilog="""\b
Examples:
  runbook resume                    # pick one of the open runs
  runbook resume last
  runbook resume restore-drill-1122-k7qd --yes --answers answers.yaml
  runbook resume last --take-over   # whoever holds it hangs
""",
    help="Go on with a run, after a pause, a crash, or when what it waited for has come.\n\n"
    "What was finished is never run again. What was running when everything died is looked into: its result is "
    "adopted, it is proved never to have run, or you are asked. Inputs may be given as to `run`; they have to be those "
    "the run was started with. RUN is an id, the beginning of one, or `last`.\n\n"
    "Without RUN the open runs are offered; where nobody can be asked, the only one that is open goes on.",
)
@some_open_run_argument
@input_options
@session_options
@click.option("--take-over", is_flag=True, help="End the process that holds the run, if one does, then go on.")
@json_option
@workspace
def command(
    run: str | None,
    pairs: tuple[str, ...],
    inputs_file: str | None,
    take_over: bool,
    workspace: app.Workspace,
    **options: Any,
) -> None:
    """Go on with a run."""
    if take_over and not run:
        raise Misuse("the run to take over is not named", "write `runbook resume RUN --take-over`")
    taken = app.take_over(workspace, run) if run and take_over else ""
    asks = not (options["unattended"] or options["as_json"])
    plain = bool(options.get("plain"))
    run = chosen_run(workspace, run, "resume", only_open=True, ask=asks, plain=plain)
    if pairs or inputs_file:
        app.check_same_inputs(workspace, run, given(app.process_of(workspace, run), pairs, inputs_file))
    finish(sit(workspace, run, resumed=True, taken_from=taken, **options))
