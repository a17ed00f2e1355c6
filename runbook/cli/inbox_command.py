"""`runbook inbox`: what waits for people."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_groups, complete_processes, complete_teams
from runbook.cli.options import echo, fitting, json_option, workspace
from runbook.run.queue import Wanted
from runbook.views import inbox, machine


@click.command(
    epilog="""\b
Examples:
  runbook inbox
  runbook inbox --group network --limit 5
  runbook inbox --role approver --kind approval
  runbook inbox --all
  runbook inbox --json
""",
    help="List what waits for you in all runs, in the order in which it should be taken: what is overdue, then what is "
    "due first, then what has waited longest. Of runs that know of nobody, and with --all, it is every step that "
    "waits for a person.\n\n"
    "What you ask for with the options leaves the rest out, but never what is overdue.",
)
@click.option(
    "everybody", "--all", is_flag=True, help="What waits for anybody; others' confidential steps are left out."
)
@click.option(
    "--process", metavar="GROUP/PROCESS", default="", shell_complete=complete_processes, help="Only of that process."
)
@click.option("--group", metavar="GROUP", default="", shell_complete=complete_groups, help="Only of that group.")
@click.option("--role", metavar="ROLE", default="", help="Only what that role does.")
@click.option(
    "--team", metavar="TEAM", default="", shell_complete=complete_teams, help="Only what a role of that team does."
)
@click.option("--kind", metavar="KIND", default="", help="Only steps of that kind, such as approval.")
@click.option("--limit", type=click.IntRange(1), default=None, help="At most so many.")
@json_option
@workspace
def command(
    everybody: bool,
    process: str,
    group: str,
    role: str,
    team: str,
    kind: str,
    limit: int | None,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """List what waits for people."""
    wanted = Wanted(process, group, role, team, kind, limit or 0)
    found = app.look_into(workspace, wanted, everybody, with_mentions=as_json)
    if as_json:
        echo(machine.pretty(inbox.as_json(found, app.now())))
    else:
        echo(fitting(inbox.lines(found, everybody, app.now())))
