"""`runbook cancel`: end a run early."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument
from runbook.cli.options import echo, finish, json_option, workspace
from runbook.cli.session import Session
from runbook.views import machine


@click.command(
    epilog="""\b
Examples:
  runbook cancel last --reason 'Window closed'
""",
    help="End a run early: nothing new starts, programs are ended, what waits is withdrawn, `finally` still runs.",
)
@open_run_argument
@click.option("--reason", required=True, help="Why; kept in the record.")
@json_option
@workspace
def command(run: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """End a run early."""
    run = app.resolve(workspace, run)
    app.cancel(workspace, run, reason)
    if app.is_carried_out(workspace, run):
        state = app.state(workspace, run)
        echo(machine.line(machine.status(state)) if as_json else "Asked for; who carries the run out ends it now.")
        return
    session = Session(workspace, run, as_json=as_json)
    code = session.carry_on()
    finish(0 if session.state.status == "cancelled" else code)
