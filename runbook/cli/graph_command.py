"""`runbook graph`: the steps of a process as a diagram."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import process_argument
from runbook.cli.choosing import chosen_process
from runbook.cli.options import echo, workspace
from runbook.cli.processes import written


@click.command(
    epilog="""\b
Examples:
  runbook graph backup/sqlite-restore-drill
  runbook graph backup/sqlite-restore-drill --format svg > drill.svg
  runbook graph backup/sqlite-restore-drill --format dot | dot -Tpdf > drill.pdf
""",
    help="Draw the steps of a process and what needs what, as a picture (SVG), or as text for Mermaid or Graphviz.",
)
@process_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "svg"]),
    default="mermaid",
    help="Text for Mermaid or Graphviz, or a picture that stands alone.",
)
@workspace
def command(process: str | None, form: str, workspace: app.Workspace) -> None:
    """Draw the steps of a process."""
    process = chosen_process(workspace, process, "graph")
    definition = written(workspace, process).project.processes[process]
    if form == "svg":
        from runbook.views.drawing import drawing
        from runbook.views.svg import stand_alone

        echo(stand_alone(drawing(definition, workspace.kinds), title=definition.title).rstrip("\n"))
        return
    from runbook.views.diagram import dot, mermaid

    echo((mermaid if form == "mermaid" else dot)(definition, workspace.kinds).rstrip("\n"))
