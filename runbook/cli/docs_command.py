"""`runbook docs build`: the documentation pages."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.docs_check import check
from runbook.cli.options import echo, finish, json_option, workspace
from runbook.cli.processes import show_problems
from runbook.cli.progress import working
from runbook.cli.speaking import spoken
from runbook.views import machine


@click.group(
    name="docs",
    help="Build the documentation of the project's processes.",
    epilog="""\b
Examples:
  runbook docs build
""",
)
def command() -> None:
    """Documentation of the project's processes."""


@command.command(
    name="build",
    epilog="""\b
Examples:
  runbook docs build
  runbook docs build -o /srv/wiki
  runbook docs build --json
""",
    help="Write a Markdown page for the home, every group and every process.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    show_default=True,
    help="The folder to write to.",
)
@json_option
@workspace
def build(output: Path, as_json: bool, workspace: app.Workspace) -> None:
    """Write the pages."""
    from runbook.diagnostics import Severity
    from runbook.engine.files import write_pages
    from runbook.views.pages import pages

    with working("Checking the project"):
        library = app.read_all(workspace, keep=True)
    errors = [each for each in library.diagnostics if each.severity is Severity.ERROR]
    if errors:
        show_problems(errors, library)
        finish(1)
    with working("Writing the pages"):
        count = write_pages(output, pages(library.project, workspace.kinds, spoken(None, library.project)))
    if as_json:
        echo(machine.line({"pages": count, "folder": str(output)}))
    else:
        echo(f"{count} page{'' if count == 1 else 's'} written to {output}")


command.add_command(check)
