"""`runbook migrate`: let a run go on by today's version of its process."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument
from runbook.cli.options import echo, finish, json_option, style, workspace
from runbook.cli.processes import checked
from runbook.cli.replies import tell


@click.command(
    epilog="""\b
Examples:
  runbook migrate last
  runbook migrate last --reason 'The path of the backup was wrong'
""",
    help="Show what today's version of the process says otherwise than the one a run is bound to, and with --reason "
    "let the run go on by it. A run is bound to the version it began with; files that change later change nothing.\n\n"
    "Each difference is `text only`, `safe` (nothing of it has begun), or `touches finished work`: what is done or "
    "under way would have been done otherwise. The last is refused. Nothing that was handed on is lost: outputs, "
    "answers and evidence stay. Exit code 0: it can be adopted, or was; 1: it touches finished work.",
)
@open_run_argument
@click.option("--reason", default="", help="Why; with it the run goes on by today's version. Kept in the record.")
@json_option
@workspace
def command(run: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Let a run go on by today's version of its process."""
    from runbook.views import machine, migration

    run = app.resolve(workspace, run)
    process = app.process_of(workspace, run).id
    plan = app.plan(workspace, checked(workspace, process), process)
    if reason.strip():
        tell(workspace, run, app.migrate(workspace, run, plan, reason), as_json)
        return
    state, found = app.differences(workspace, run, plan)
    if as_json:
        echo(machine.pretty(migration.as_json(state, found)))
    else:
        echo(migration.as_lines(state, found, style()))
    finish(1 if migration.touches(found) else 0)
