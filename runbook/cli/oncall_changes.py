"""`runbook oncall take` and `swap`: somebody else is on call for a time, and everybody can see since when and why."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_people, complete_schedules
from runbook.cli.options import echo, json_option, workspace
from runbook.errors import Misuse
from runbook.views import machine, rota


@click.command(
    name="take",
    epilog="""\b
Examples:
  runbook oncall take infra --from 2026-04-07T09:00 --to 2026-04-10T17:00
  runbook oncall take infra --from 2026-04-07 --to 2026-04-10 --for cy --reason "ana is away"
  runbook oncall take infra --from 2026-12-24 --to 2026-12-26 --nobody --reason "the site is closed"
""",
    help="Be on call for a time, in place of whoever would be. Days are from midnight to midnight, by the clock of the "
    "schedule.\n\nFor somebody else it takes their manager, or the lead of the team.",
)
@click.argument("schedule", metavar="SCHEDULE", shell_complete=complete_schedules)
@click.option("start", "--from", metavar="WHEN", required=True, help="When it begins: a day, or a day and a time.")
@click.option("end", "--to", metavar="WHEN", required=True, help="When it ends.")
@click.option("person", "--for", metavar="PERSON", shell_complete=complete_people, help="Somebody else than you.")
@click.option("--nobody", is_flag=True, help="Leave nobody on call.")
@click.option("--reason", metavar="TEXT", default="", help="Why; needed for anybody but yourself.")
@json_option
@workspace
def take(
    schedule: str, start: str, end: str, person: str | None, nobody: bool, reason: str, as_json: bool,
    workspace: app.Workspace,
) -> None:  # fmt: skip
    """Be on call for a time."""
    if nobody and person:
        raise Misuse("somebody and nobody can't be on call together", "leave out --for or --nobody")
    who = "" if nobody else None if person is None else app.someone(workspace, person)
    done = app.take_on_call(workspace, schedule, who, start, end, reason)
    if as_json:
        echo(machine.line(rota.recorded_as_json(done)))
    else:
        echo(rota.recorded(done, app.schedule_zone(workspace, schedule)))


@click.command(
    name="swap",
    epilog="""\b
Examples:
  runbook oncall swap infra 2026-04-08 2026-04-15
  runbook oncall swap infra 2026-04-08T12:00 2026-04-15T12:00 --reason "a wedding"
""",
    help="Exchange two shifts: those in which the two moments lie. It takes one of the two people, or a manager.",
)
@click.argument("schedule", metavar="SCHEDULE", shell_complete=complete_schedules)
@click.argument("first", metavar="WHEN")
@click.argument("second", metavar="WHEN")
@click.option("--reason", metavar="TEXT", default="", help="Why.")
@json_option
@workspace
def swap(schedule: str, first: str, second: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Exchange two shifts."""
    done = app.swap_on_call(workspace, schedule, first, second, reason)
    if as_json:
        echo(machine.line(rota.recorded_as_json(done)))
    else:
        echo(rota.recorded(done, app.schedule_zone(workspace, schedule)))
