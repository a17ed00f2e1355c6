"""`runbook who`: who can do something, and whether they are there."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import (
    complete_capabilities,
    complete_offices,
    complete_teams,
    some_reached_argument,
    some_run_argument,
)
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.errors import Misuse
from runbook.views import machine, people


@click.command(
    epilog="""\b
Examples:
  runbook who                              # everybody
  runbook who --can postgres:2 --at 2026-12-24
  runbook who --team infra --role change-approver
  runbook who last go-ahead                # who may decide there, and why others may not
""",
    help="List the people of the project who can do something, whether they are there that day, and how much they have "
    "claimed. With a run and a step: who may act there, and why the others may not.",
)
@some_run_argument
@some_reached_argument
@click.option(
    "can",
    "--can",
    metavar="CAPABILITY[:LEVEL]",
    shell_complete=complete_capabilities,
    multiple=True,
    help="What they can do, and how well.",
)
@click.option("--team", metavar="TEAM", shell_complete=complete_teams, default="", help="Only who is in it.")
@click.option(
    "--role", metavar="ROLE", shell_complete=complete_offices, default="", help="Only who is that in the organisation."
)
@click.option("--at", "day", metavar="DAY", default="", help="Whether they are there on that day (2026-12-24); today.")
@json_option
@workspace
def command(
    run: str | None,
    step: str | None,
    can: tuple[str, ...],
    team: str,
    role: str,
    day: str,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """List who can do something."""
    if bool(run) != bool(step):
        raise Misuse("a run and a step belong together", "name both, or neither")
    if run and step:
        found = list(app.who_for(workspace, app.resolve(workspace, run), step))
    else:
        found = list(app.who(workspace, [_capability(each) for each in can], team, role, _day(day)))
    if as_json:
        echo(machine.pretty([people.as_json(each) for each in found]))
    else:
        echo(people.candidates(found, style(), columns()) if found else "Nobody.")


def _capability(text: str) -> tuple[str, int]:
    name, colon, level = text.partition(":")
    if colon and level not in ("1", "2", "3"):
        raise Misuse(f"`{text}` is no capability with its level", "write for example --can postgres:2, from 1 to 3")
    return name, int(level or 1)


def _day(text: str) -> str:
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise Misuse(f"`{text}` is no day", "write it like 2026-12-24") from None
