"""`runbook cancel`: end a run early, one step of it, or every open run of a process."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_processes, some_open_run_argument, some_reached_argument
from runbook.cli.options import echo, finish, json_option, workspace
from runbook.cli.replies import say
from runbook.cli.session import INTERRUPTED, Session
from runbook.errors import Misuse, RunbookError
from runbook.run.commands import StopStep
from runbook.views import machine

_ASKED = "Asked for; who carries the run out ends it now."


@click.command(
    epilog="""\b
Examples:
  runbook cancel last --reason 'Window closed'
  runbook cancel last copy --reason 'It hangs, and the copy of yesterday will do'
  runbook cancel --process servers/patch --all --reason 'The patch was withdrawn'
""",
    help="End a run early: nothing new starts, programs are ended, what waits is withdrawn, `finally` still runs.\n\n"
    "A way back that is under way stops, and `runbook undo` goes on with it.\n\n"
    "With STEP only that step is withdrawn, or ended while it runs, and the run goes on. An approval or a decision "
    "can't be left out in this way.\n\n"
    "With --process and --all every open run of the process is ended.",
)
@some_open_run_argument
@some_reached_argument
@click.option("--process", metavar="ID", shell_complete=complete_processes, help="End runs of this process.")
@click.option("every", "--all", is_flag=True, help="All that are open; to be said with --process.")
@click.option("--reason", required=True, help="Why; kept in the record.")
@json_option
@workspace
def command(
    run: str | None,
    step: str | None,
    process: str | None,
    every: bool,
    reason: str,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """End a run early."""
    if run and (process or every):
        raise Misuse("a run, or --process with --all: not both", "leave one of them out")
    if bool(process) != every:
        missing = "--all is missing" if process else "the process is not named"
        raise Misuse(missing, "write `runbook cancel --process GROUP/PROCESS --all`")
    if process:
        finish(_every(workspace, process, reason, as_json))
    if not run:
        raise Misuse("the run is not named", "write `runbook cancel RUN`; `runbook runs --open` names them")
    if step:
        say(workspace, run, StopStep(step, reason), as_json, "Asked for; who carries the run out ends the step now.")
        return
    finish(_one(workspace, app.resolve(workspace, run), reason, as_json))


def _one(workspace: app.Workspace, run: str, reason: str, as_json: bool, unattended: bool = False) -> int:
    """End one run; the exit code."""
    app.cancel(workspace, run, reason)
    if app.is_carried_out(workspace, run):
        state = app.state(workspace, run)
        seen = machine.status(state, app.hidden_from_caller(workspace, state))
        echo(machine.line(seen) if as_json else _ASKED)
        return 0
    session = Session(workspace, run, unattended=unattended, as_json=as_json)
    code = session.carry_on()
    over = session.state.status == "cancelled" or session.state.ended == "UndoStopped"
    return 0 if over else code


def _every(workspace: app.Workspace, process: str, reason: str, as_json: bool) -> int:
    """End the open runs of a process, oldest first; the highest exit code of them, 0 when all are ended, or will be."""
    runs = app.open_runs(workspace, process)
    if not runs and not as_json:
        echo(f"No run of {process} is open.")
    code = 0
    for run in runs:
        if not as_json:
            echo(f"{run}:")
        try:
            code = max(code, _one(workspace, run, reason, as_json, unattended=True))
        except RunbookError as error:
            click.echo(f"runbook: run {run} is not ended: {error}", err=True)
            code = max(code, error.exit_code)
        if code == INTERRUPTED:
            break
    return code
