"""`runbook item open`: something has come up that the department has to deal with."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_people, complete_processes, complete_teams
from runbook.cli.item_saying import opened, override_option, reason_option
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import given_fields
from runbook.cli.times import time_option
from runbook.listing import CLASSES
from runbook.operations.commands import Open
from runbook.operations.item import PREFIXES


@click.command(
    name="open",
    epilog="""\b
Examples:
  runbook item open "Mail is down" --severity critical
  runbook item open "VPN for Ana" --kind request --process access/grant-vpn --due 2d
  runbook item open "Move the racks" --kind project --budget 12
  runbook item open "Order the labels" --kind project_task --parent PRJ-3 --to bo
  runbook item open "Fix the web shop" --out-of-scope --to ana
""",
    help="Open a work item. It is judged by the service levels of now, whatever becomes of them later.\n\n"
    "What belongs to a process of the catalogue names it with --process; what belongs to none says --out-of-scope, "
    "so that it can be counted.",
)
@click.argument("title", metavar="TITLE")
@click.option(
    "--kind", type=click.Choice(tuple(PREFIXES)), help="What it is; that of its process, else an incident, if left out."
)
@click.option(
    "--process", metavar="GROUP/PROCESS", default="", shell_complete=complete_processes, help="What deals with it."
)
@click.option("--service", metavar="SERVICE", default="", help="The service it is about.")
@click.option("out", "--out-of-scope", is_flag=True, help="It belongs to nothing in the catalogue.")
@click.option("--severity", metavar="SEVERITY", default="", help="How bad it is, such as critical.")
@click.option("--impact", metavar="IMPACT", default="", help="How much it hits, for the matrix of priorities.")
@click.option("--urgency", metavar="URGENCY", default="", help="How soon it hurts, for the matrix of priorities.")
@click.option("--priority", type=click.Choice(("P1", "P2", "P3", "P4")), help="Instead of the severity's.")
@click.option("item_class", "--class", type=click.Choice(CLASSES), help="The class of service.")
@click.option("--description", metavar="TEXT", default="", help="What a colleague has to know.")
@click.option("fields", "-f", "--field", metavar="NAME=VALUE", multiple=True, help="A field of the intake form.")
@click.option("--requester", metavar="WHO", default="", help="Who asked for it; you, when left out.")
@click.option("--team", metavar="TEAM", default="", shell_complete=complete_teams, help="Whose it is.")
@click.option("--to", metavar="PERSON", default="", shell_complete=complete_people, help="Who is accountable for it.")
@click.option("--parent", metavar="ITEM", default="", help="The project it is a task of.")
@click.option("--milestone", metavar="TITLE", default="", help="The milestone of the project it is for.")
@click.option("--budget", metavar="DAYS", type=click.FloatRange(0), default=0.0, help="Days a project may cost.")
@click.option("--caused-by", metavar="RUN", default="", help="The run that caused it.")
@time_option("--due", help="The date that was promised")
@reason_option("Why it goes before all others, for the class expedite.")
@override_option
@json_option
@workspace
def open_item(
    title: str, kind: str | None, process: str, service: str, out: bool, severity: str, impact: str, urgency: str,
    priority: str | None, item_class: str | None, description: str, fields: tuple[str, ...], requester: str, team: str,
    to: str, parent: str, milestone: str, budget: float, caused_by: str, due: int, reason: str, override: str,
    as_json: bool, workspace: app.Workspace,
) -> None:  # fmt: skip
    """Open a work item."""
    caused = app.resolve(workspace, caused_by) if caused_by else ""
    asked = Open(
        kind or "", title, description, given_fields(fields), process, service, "out" if out else "", severity, impact,
        urgency, priority or "", item_class or "", "", requester, team, "", due, app.someone(workspace, to), parent,
        milestone, budget, caused, reason, override,
    )  # fmt: skip
    opened(workspace, app.open_item(workspace, asked), as_json)
