"""`runbook sla`: when something is due, why, how often targets are met, and tests of what was agreed."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.options import echo, finish, json_option, style, workspace
from runbook.cli.sla_items import explain, report, restate
from runbook.cli.sla_times import second_of
from runbook.operations.item import PREFIXES
from runbook.operations.seconds import instant_of, seconds
from runbook.operations.wall import WHOLE, local
from runbook.views import clocks, machine, service_levels
from runbook.views.visible import visible


@click.group(
    name="sla",
    help="Service levels: when something is due, why it is, how often targets are met, and whether what was agreed "
    "means what its authors think.",
    epilog="""\b
Examples:
  runbook sla due --severity critical
  runbook sla test
  runbook sla explain INC-41
  runbook sla report --by severity,process --window 90d
""",
)
def command() -> None:
    """Service levels."""


@command.command(
    name="due",
    epilog="""\b
Examples:
  runbook sla due --severity critical
  runbook sla due --start 2026-03-27T18:00 --severity moderate
  runbook sla due --severity major --kind request --service backup --json
""",
    help="Show when an item would be due that was opened then: each clock with its target, its calendar, its due date "
    "and its warnings. A time without a zone is read in that of the calendar `office`.",
)
@click.option("--start", metavar="TIME", default="", help="When it is opened, such as 2026-03-27T18:00; now.")
@click.option("--severity", metavar="SEVERITY", default="", help="Its severity; the usual one when left out.")
@click.option("--kind", type=click.Choice(tuple(PREFIXES)), default="incident", show_default=True, help="Its kind.")
@click.option("--service", metavar="SERVICE", default="", help="The service it is about.")
@click.option("--team", metavar="TEAM", default="", help="The team that receives it.")
@json_option
@workspace
def due(start: str, severity: str, kind: str, service: str, team: str, as_json: bool, workspace: app.Workspace) -> None:
    """Show when something would be due."""
    zone = app.department_zone(workspace)
    at = second_of(start, zone) if start else seconds(app.now())
    facts = {"kind": kind, "severity": severity, "service": service, "team": team}
    found = app.clocks_if_opened(workspace, {name: value for name, value in facts.items() if value}, at)
    if as_json:
        told = {**facts, "opened": instant_of(at), "clocks": [clocks.as_json(each) for each in found]}
        echo(machine.pretty(told))
        return
    usual = next((each.goal.severity for each in found if each.goal), severity)
    echo(" ".join(word for word in (usual, kind, visible(service), "opened", local(at, zone, WHOLE)) if word))
    echo(service_levels.due(found, zone))


@command.command(
    name="test",
    epilog="""\b
Examples:
  runbook sla test
  runbook sla test --json
""",
    help="Try what was agreed out: the files operations/tests/sla/NAME.yaml say what happens to an item, and what its "
    "clocks must say then. Exit code 1: something came out otherwise, which is shown.",
)
@json_option
@workspace
def test(as_json: bool, workspace: app.Workspace) -> None:
    """Try service levels out."""
    found = app.try_service_levels(workspace)
    if as_json:
        told = [
            {
                "file": each.path, "number": each.number, "title": each.title, "passed": not each.differences,
                "differences": [
                    {"name": one.name, "expected": one.wanted, "found": one.got} for one in each.differences
                ],
            }
            for each in found
        ]  # fmt: skip
        echo(machine.pretty(told))
    elif found:
        echo(service_levels.tried(found, style()))
    else:
        echo("There are no tests: write some into operations/tests/sla/NAME.yaml")
    finish(1 if any(each.differences for each in found) else 0)


for each in (explain, report, restate):
    command.add_command(each)
