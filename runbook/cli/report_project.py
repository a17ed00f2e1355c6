"""`runbook report project`: how a small project stands."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import item_argument
from runbook.cli.options import echo, json_option, style, workspace
from runbook.operations.seconds import seconds
from runbook.views import machine
from runbook.views import project as project_view


@click.command(
    name="project",
    epilog="""\b
Examples:
  runbook report project PRJ-3
  runbook report project PRJ-3 --json
""",
    help="Tell how a project stands: its tasks, the days of work it has cost against its budget, its milestones, and "
    "by when it is likely to end, from what the team gets done a day.",
)
@item_argument
@json_option
@workspace
def project(item: str, as_json: bool, workspace: app.Workspace) -> None:
    """Tell how a project stands."""
    told = app.project(workspace, item)
    if as_json:
        echo(machine.pretty(project_view.as_json(told)))
    else:
        echo(project_view.shown(told, seconds(app.now()), app.department_zone(workspace), style()))
