"""`runbook report`: how the department is doing."""

from __future__ import annotations

import click

from runbook.cli.report_capacity import capacity_command
from runbook.cli.report_flow import flow


@click.group(
    name="report",
    help="How the department is doing, from what is recorded.",
    epilog="""\b
Examples:
  runbook report flow --board infra
  runbook report capacity --weeks 12
""",
)
def command() -> None:
    """Reports on the department."""


for each in (capacity_command, flow):
    command.add_command(each)
