"""`runbook signal`: what a step waits for has happened."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument, signal_argument
from runbook.cli.options import echo, json_option, style, workspace
from runbook.views import machine, terminal


@click.command(
    epilog="""\b
Examples:
  runbook signal last switch-over-done
""",
    help="Send a named signal to a run. It is kept until a step that waits for it uses it, once.",
)
@open_run_argument
@signal_argument
@json_option
@workspace
def command(run: str, name: str, as_json: bool, workspace: app.Workspace) -> None:
    """Send a signal."""
    run = app.resolve(workspace, run)
    events = app.signal(workspace, run, name)
    state = app.state(workspace, run)
    if as_json:
        echo(machine.line(machine.status(state, app.hidden_from_caller(workspace, state))))
        return
    for recorded in app.seen(workspace, state, events):
        echo(terminal.happened(recorded, state, style()))
    if len(events) == 1:
        echo(app.kept(state, name))
    if not state.ended and not app.is_carried_out(workspace, run):
        echo(f"Go on with: runbook resume {run}")
