"""`runbook report`: how the department is doing."""

from __future__ import annotations

import click

from runbook.cli.report_capacity import capacity_command
from runbook.cli.report_cost import command as cost
from runbook.cli.report_flow import flow
from runbook.cli.report_project import project
from runbook.cli.report_service_review import command as service_review


@click.group(
    name="report",
    help="How the department is doing, from what is recorded.",
    epilog="""\b
Examples:
  runbook report flow --board infra
  runbook report capacity --weeks 12
  runbook report project PRJ-3
  runbook report service-review --month 2026-10
  runbook report cost --by process
""",
)
def command() -> None:
    """Reports on the department."""


for each in (capacity_command, flow, cost, project, service_review):
    command.add_command(each)
