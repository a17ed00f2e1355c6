"""`runbook graph`: the steps of a process as a diagram."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import process_argument
from runbook.cli.choosing import chosen_process
from runbook.cli.options import echo, workspace
from runbook.cli.processes import checked


@click.command(
    epilog="""\b
Examples:
  runbook graph backup/sqlite-restore-drill
  runbook graph backup/sqlite-restore-drill --format dot | dot -Tsvg > drill.svg
""",
    help="Draw the steps of a process and what needs what, as text for Mermaid or Graphviz.",
)
@process_argument
@click.option("--format", "form", type=click.Choice(["mermaid", "dot"]), default="mermaid", help="For which program.")
@workspace
def command(process: str | None, form: str, workspace: app.Workspace) -> None:
    """Draw the steps of a process."""
    from runbook.views.diagram import dot, mermaid

    process = chosen_process(workspace, process, "graph")
    definition = checked(workspace, process).project.processes[process]
    echo((mermaid if form == "mermaid" else dot)(definition, workspace.kinds).rstrip("\n"))
