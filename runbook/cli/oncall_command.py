"""`runbook oncall`: who is on call, what is wrong with the weeks to come, and who takes what."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import some_schedule_argument
from runbook.cli.oncall_changes import swap, take
from runbook.cli.options import columns, echo, finish, json_option, style, workspace
from runbook.views import machine, rota


@click.group(
    name="oncall",
    help="Who is on call: by the schedules in `operations/oncall`, and by what people have taken and swapped since.",
    epilog="""\b
Examples:
  runbook oncall show
  runbook oncall check --weeks 8
  runbook oncall take infra --from 2026-04-07T09:00 --to 2026-04-10T17:00
  runbook oncall swap infra 2026-04-08 2026-04-15
""",
)
def command() -> None:
    """Who is on call."""


@command.command(
    name="show",
    epilog="""\b
Examples:
  runbook oncall show
  runbook oncall show infra --weeks 12
  runbook oncall show infra --at 2026-10-25T02:30
  runbook oncall show --json
""",
    help="Show who is on call, the shifts to come by the clock of each schedule, and how the time is shared.\n\n"
    "Where nobody is on call, it shows who is next.",
)
@some_schedule_argument
@click.option("--at", metavar="WHEN", default="", help="From then on: 2026-04-07, or 2026-04-07T09:00; now.")
@click.option("--weeks", type=click.IntRange(1, 104), default=4, show_default=True, help="How far to look.")
@json_option
@workspace
def show(schedule: str | None, at: str, weeks: int, as_json: bool, workspace: app.Workspace) -> None:
    """Show who is on call."""
    found = app.on_call(workspace, schedule or "", at, weeks)
    echo(machine.pretty([rota.as_json(each) for each in found]) if as_json else rota.shown(found, style()))


@command.command(
    name="check",
    epilog="""\b
Examples:
  runbook oncall check
  runbook oncall check infra --weeks 12
  runbook oncall check --json
""",
    help="Check the weeks to come: hours in which nobody is on call, people who are on call on their leave, unfair "
    "shares, turns too close to each other, and people who can't be reached.\n\nExit code 1: something is wrong.",
)
@some_schedule_argument
@click.option("--weeks", type=click.IntRange(1, 104), default=8, show_default=True, help="How far to look.")
@json_option
@workspace
def check(schedule: str | None, weeks: int, as_json: bool, workspace: app.Workspace) -> None:
    """Check who will be on call."""
    found = app.check_on_call(workspace, schedule or "", weeks)
    if as_json:
        echo(machine.pretty([rota.finding_as_json(each, one) for each, findings in found for one in findings]))
    else:
        echo(rota.checked(found, weeks, style(), columns()))
    if any(findings for _, findings in found):
        finish(1)


command.add_command(take)
command.add_command(swap)
