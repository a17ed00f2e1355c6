"""`runbook runs`: the runs there have been."""

from __future__ import annotations

from itertools import islice, takewhile

import click

from runbook import app
from runbook.cli.arguments import complete_groups, complete_people, complete_processes
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.cli.since import since_option
from runbook.views import machine, terminal

STATES = (
    "running", "waiting", "blocked", "paused", "succeeded", "succeeded with failures", "failed", "cancelled", "undone",
)  # fmt: skip
_MOST = 50
"""Runs that are listed for people unless they say otherwise; programs get all."""


@click.command(
    epilog="""\b
Examples:
  runbook runs
  runbook runs --open
  runbook runs --status failed --since 7d
  runbook runs --group backup --by maria --limit 5
  runbook runs --process backup/sqlite-restore-drill --json
""",
    help="List runs, newest first. The filters add up.",
)
@click.option("--status", type=click.Choice(STATES), help="Only runs in this state.")
@click.option("is_open", "--open", is_flag=True, help="Only runs that have not ended.")
@click.option("--process", metavar="ID", shell_complete=complete_processes, help="Only runs of this process.")
@click.option("--group", metavar="ID", shell_complete=complete_groups, help="Only runs of processes of this group.")
@click.option("--by", metavar="PERSON", shell_complete=complete_people, help="Only runs that this person started.")
@since_option
@click.option("--limit", type=click.IntRange(1), help=f"At most so many; {_MOST} when left out, all with --json.")
@json_option
@workspace
def command(
    status: str | None,
    is_open: bool,
    process: str | None,
    group: str | None,
    by: str | None,
    since: str,
    limit: int | None,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """List runs."""
    app.check_known(workspace, process, group)
    rows = (
        row
        for row in takewhile(lambda row: row.started_at >= since, app.runs(workspace))
        if status in (None, row.status)
        and not (is_open and row.ended_at)
        and process in (None, row.process)
        and group in (None, row.process.partition("/")[0])
        and by in (None, row.by)
    )
    if as_json:
        echo(machine.pretty([machine.run(row) for row in islice(rows, limit)]))
        return
    shown = limit or _MOST
    found = list(islice(rows, shown + 1))
    echo(terminal.runs(found[:shown], style(), columns()) if found else "There are no such runs.")
    if len(found) > shown:
        echo(f"There are more; --limit {shown * 10} shows them.")
