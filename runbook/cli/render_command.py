"""`runbook render`: a process as Markdown."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import process_argument
from runbook.cli.choosing import chosen_process
from runbook.cli.options import echo, workspace
from runbook.cli.processes import checked
from runbook.cli.speaking import language_option, spoken


@click.command(
    epilog="""\b
Examples:
  runbook render backup/sqlite-restore-drill
  runbook render backup/sqlite-restore-drill -o drill.md
  runbook render backup/sqlite-restore-drill --language de
""",
    help="Write a process as Markdown with a diagram, as GitHub and GitLab show it.",
)
@process_argument
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@language_option
@workspace
def command(process: str | None, output: Path | None, language: str | None, workspace: app.Workspace) -> None:
    """Write a process as Markdown."""
    from runbook.views.procedure import procedure

    process = chosen_process(workspace, process, "render")
    library = checked(workspace, process)
    project = library.project
    text = procedure(project.processes[process], project, workspace.kinds, spoken(language, project))
    if output:
        output.write_text(text, "utf-8")
        echo(f"{output} written")
    else:
        echo(text.rstrip("\n"))
