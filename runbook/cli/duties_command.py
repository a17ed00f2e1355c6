"""`runbook duties`: recurring work, what was done and what was missed; `duties open` opens what is due."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.groups import goes_on
from runbook.cli.options import echo, finish, json_option, style, workspace
from runbook.cli.since import since_option
from runbook.instants import later
from runbook.views import duties, machine

_USUAL = 30 * 86400


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  runbook duties
  runbook duties --missed --since 90d
  runbook duties open                # from cron or a timer, where no daemon runs
""",
    help="Show what is due by the schedules of processes (`trigger.schedule`): what was done, what is open, due or "
    "missed, and what comes next. Without --since, that of the last 30 days.\n\n"
    "A run that somebody began by themselves counts for the instant before it. Exit code 1: with --missed, something "
    "was missed.",
)
@click.option("--missed", is_flag=True, help="Only what was missed, and what is open although the next one is due.")
@since_option
@json_option
@workspace
@click.pass_context
def command(context: click.Context, missed: bool, since: str, as_json: bool, workspace: app.Workspace) -> None:
    """Show what is due by the schedules of processes."""
    if goes_on(context):
        return
    found = app.duties(workspace, since or later(workspace.clock(), -_USUAL))
    if missed:
        found = app.overdue_duties(workspace, found)
    if as_json:
        echo(machine.pretty(duties.as_json(found)))
    elif found:
        echo(duties.as_text(found, app.department_zone(workspace), style()))
    else:
        echo("Nothing was missed." if missed else "No process has a schedule: see `trigger` in the reference.")
    finish(1 if missed and found else 0)


@command.command(
    name="open",
    epilog="""\b
Examples:
  runbook duties open
  runbook duties open --json
""",
    help="Open what is due now as work items, each time of each process once, however often and by however many it is "
    "asked for. What passed while nobody looked is opened, or noted as missed, as `missed` in its schedule says.\n\n"
    "Exit code 1: something could not be opened, such as by a limit of the board; it is tried again next time.",
)
@json_option
@workspace
def open_(as_json: bool, workspace: app.Workspace) -> None:
    """Open what is due now as work items."""
    found = app.open_duties(workspace)
    if as_json:
        echo(machine.pretty(duties.opening_as_json(found)))
    else:
        echo(duties.opening_as_text(found, app.department_zone(workspace)))
    finish(1 if any(each.refused for each in found.opened) else 0)
