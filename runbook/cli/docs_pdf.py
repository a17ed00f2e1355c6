"""`runbook docs pdf`: procedures, or their checklists, as one PDF."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from runbook import app
from runbook.cli.options import echo, finish, workspace
from runbook.cli.processes import show_problems
from runbook.cli.progress import working
from runbook.errors import MachineRefuses, Misuse


@click.command(
    name="pdf",
    epilog="""\b
Examples:
  runbook docs pdf backup/restore-file -o restore.pdf
  runbook docs pdf backup --checklist -o checklists.pdf
  runbook docs pdf --all -o handbook.pdf
""",
    help="Write a procedure as PDF, the procedures of a group, or all of them, as they stand on the site; with "
    "--checklist their checklists. Several get a table of contents; every page has its number, and the id and version "
    "of its procedure.\n\n"
    "It needs the extra `pdf` (WeasyPrint). Nothing is fetched for it. Exit code 2: that, or its library Pango, is "
    "missing.",
)
@click.argument("named", metavar="[PROCESS | GROUP]", required=False)
@click.option("--all", "everything", is_flag=True, help="All procedures.")
@click.option("--checklist", is_flag=True, help="The checklists, to be followed on paper.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write to it.")
@workspace
def pdf(named: str | None, everything: bool, checklist: bool, output: Path | None, workspace: app.Workspace) -> None:
    """Write the PDF."""
    from runbook.diagnostics import Severity

    if everything == bool(named):
        raise Misuse("what is to be in the PDF is not said", "name a process or a group, or give --all, not both")
    if output is None and sys.stdout.isatty():
        raise Misuse("a PDF is nothing for a terminal", "name a file with --output")
    with working("Checking the project"):
        library = app.read_all(workspace, keep=True)
    errors = [each for each in library.diagnostics if each.severity is Severity.ERROR]
    if errors:
        show_problems(errors, library.sources)
        finish(1)
    with working("Drawing the pages"):
        content = app.pages_as_pdf(workspace, library, named or "", checklist)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise MachineRefuses(f"{output} can't be written: {error.strerror}", "check the folder") from None
    echo(f"{output} written")
