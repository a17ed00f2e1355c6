"""`runbook improve`: what could be better, with evidence; `accept` writes a patch, `compare` looks at it again."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_processes
from runbook.cli.groups import goes_on
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.views import improving, machine, rota

_days = click.option("--window", "days", type=click.IntRange(7, 1000), metavar="DAYS", help="Days to look back; 90.")


@click.group(
    name="improve",
    invoke_without_command=True,
    epilog="""\b
Examples:
  runbook improve
  runbook improve --process backup/restore-file
  runbook improve accept rework-3f2a1c-9b41
  runbook improve compare
  runbook improve measures backup/restore-file
""",
    help="Suggest what could be better, from what has happened: each suggestion tells its evidence, what it should "
    "bring and, where it fits, a patch of the YAML.\n\nA rule speaks only of a signal, or of a rate that is over its "
    "limit for sure: what merely happened to be so is noise. `operations/policies/improve.yaml` sets the limits.",
)
@click.option("--process", metavar="PROCESS", default="", shell_complete=complete_processes, help="Only of this one.")
@_days
@json_option
@workspace
@click.pass_context
def command(context: click.Context, process: str, days: int | None, as_json: bool, workspace: app.Workspace) -> None:
    """Suggest what could be better."""
    if goes_on(context):
        return
    found, window = app.improvements(workspace, process, days)
    if as_json:
        echo(machine.pretty(improving.suggested_as_json(found, window)))
    else:
        echo(improving.suggested(found, window, style().colour, columns()))


@command.command(
    name="accept",
    epilog="""\b
Examples:
  runbook improve accept rework-3f2a1c-9b41
""",
    help="Write the patch of a suggestion into its file, and record that it was accepted, with what has to move and "
    "where it stands now. Nothing is committed.\n\nIt is refused when the file has changed since, or has changes that "
    "are not committed.",
)
@click.argument("suggestion", metavar="SUGGESTION")
@_days
@json_option
@workspace
def accept(suggestion: str, days: int | None, as_json: bool, workspace: app.Workspace) -> None:
    """Accept a suggestion."""
    found, recorded = app.accept_improvement(workspace, suggestion, days)
    if as_json:
        echo(machine.line(rota.recorded_as_json(recorded)))
    else:
        echo([f"changed: {found.file}", "Look at it with `git diff`, and commit it."])


@command.command(
    name="compare",
    epilog="""\b
Examples:
  runbook improve compare
  runbook improve compare --json
""",
    help="Show what became of the suggestions that were accepted: what should move, before and after, and whether it "
    "has moved, has not, or it is too early to say.",
)
@json_option
@workspace
def compare(as_json: bool, workspace: app.Workspace) -> None:
    """Compare before and after."""
    found = app.compare_improvements(workspace)
    if as_json:
        echo(machine.pretty(improving.compared_as_json(found)))
    else:
        echo(improving.compared(found, app.department_zone(workspace), columns()))


@command.command(
    name="measures",
    epilog="""\b
Examples:
  runbook improve measures backup/restore-file
  runbook improve measures backup/restore-file --window 30 --json
""",
    help="Show how a process performs: its runs and its work items, times, rework, waiting, hand-overs and cost, and "
    "the same of each of its steps.",
)
@click.argument("process", metavar="PROCESS", shell_complete=complete_processes)
@_days
@json_option
@workspace
def measures(process: str, days: int | None, as_json: bool, workspace: app.Workspace) -> None:
    """Show how a process performs."""
    found = app.performance(workspace, process, days)
    if as_json:
        echo(machine.pretty(improving.performance_as_json(found)))
    else:
        echo(improving.performance(found))
