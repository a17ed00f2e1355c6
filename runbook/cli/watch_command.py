"""`runbook watch`: follow a run from another terminal."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import some_run_argument
from runbook.cli.choosing import chosen_run
from runbook.cli.options import columns, echo, finish, json_option, style, workspace
from runbook.cli.session import EXIT_BY_STATUS
from runbook.views import machine, terminal
from runbook.views.standing import standing
from runbook.views.status import status

_PATIENCE = 10.0
"""Seconds without news after which it is said where the run stands."""


@click.command(
    epilog="""\b
Examples:
  runbook watch last
  runbook watch restore-drill-1122-k7qd --json
""",
    help="Follow a run that goes on elsewhere: where it stands, then everything that happens, until it ends. Looking "
    "changes nothing, and Ctrl-C only stops looking. With --json, an event a line. Exit code as that of the run.",
)
@some_run_argument
@json_option
@workspace
def command(run: str | None, as_json: bool, workspace: app.Workspace) -> None:
    """Follow a run from another terminal."""
    run = chosen_run(workspace, run, "watch", ask=not as_json)
    state = app.state(workspace, run)
    if as_json:
        echo(machine.line(machine.event(each)) for each in app.events(workspace, run))
    else:
        echo(
            status(
                state,
                style(),
                columns(),
                rivals=app.rivals(workspace, run),
                hidden=app.hidden_from_caller(workspace, state),
            )
        )
    for recorded in app.follow(workspace, state, None if as_json else _PATIENCE):
        if recorded is None:
            echo(standing(state, app.now(), columns()))
            continue
        if as_json:
            echo(machine.line(machine.event(recorded)))
            continue
        echo(terminal.happened(recorded, state, style()))
        if recorded.event.type.startswith("Step") and not state.ended:
            echo(standing(state, app.now(), columns()))
    if not as_json:
        echo(f"Run {run} {style().state(state.status)}")
    finish(EXIT_BY_STATUS[state.status])
